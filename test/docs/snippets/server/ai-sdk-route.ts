import { createSessionHandler } from '@realtime-session/server';
import { currentUser } from './users';

const mint = createSessionHandler({
  apiKey: process.env.OPENAI_API_KEY,
  authorize: (request) => currentUser(request),
  session: { model: 'gpt-realtime-2.1' },
});

export async function POST({ url: address, headers, signal }: Request): Promise<Response> {
  const mintHeaders = new Headers(headers);
  mintHeaders.delete('content-length'); // it described the original body, which is ignored
  const init = { method: 'POST', headers: mintHeaders, body: '{}', signal };
  const response = await mint(new Request(address, init));
  if (!response.ok) return response;
  const { value: token, expires_at: expiresAt } = (await response.json()) as {
    value: string;
    expires_at: number;
  };
  const url = 'wss://api.openai.com/v1/realtime?model=gpt-realtime-2.1';
  return Response.json({ token, url, expiresAt }, { headers: { 'cache-control': 'no-store' } });
}
