import { createSessionHandler } from '@realtime-session/server';
import { currentUser } from './users.ts';

const mint = createSessionHandler({
  apiKey: () => process.env['OPENAI_API_KEY'],
  authorize: (request) => currentUser(request),
  session: { model: 'gpt-realtime' },
});

export async function POST({ url: address, headers, signal }: Request): Promise<Response> {
  const empty = new Headers(headers);
  empty.delete('content-length'); // of the body that was sent, and is not looked at
  const answer = await mint(new Request(address, { method: 'POST', headers: empty, body: '{}', signal }));
  if (!answer.ok) return answer;
  const { value: token, expires_at: expiresAt } = (await answer.json()) as {
    value: string;
    expires_at: number;
  };
  const url = 'wss://api.openai.com/v1/realtime?model=gpt-realtime';
  return Response.json({ token, url, expiresAt }, { headers: { 'cache-control': 'no-store' } });
}
