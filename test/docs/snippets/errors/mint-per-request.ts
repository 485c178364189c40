export async function POST(): Promise<Response> {
  const minted = await fetch('https://api.openai.com/v1/realtime/client_secrets', {
    method: 'POST',
    cache: 'no-store',
    headers: {
      authorization: `Bearer ${process.env.OPENAI_API_KEY ?? ''}`,
      'content-type': 'application/json',
    },
    body: JSON.stringify({ session: { type: 'realtime', model: 'gpt-realtime-2.1' } }),
  });
  const { value, expires_at } = (await minted.json()) as { value: string; expires_at: number };
  return Response.json({ value, expires_at }, { headers: { 'cache-control': 'no-store' } });
}
