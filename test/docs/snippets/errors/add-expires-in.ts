export function addExpiresIn(minted: { value: string; expires_at: number }): Response {
  const body = { ...minted, expires_in: minted.expires_at - Math.floor(Date.now() / 1000) };
  return Response.json(body, { headers: { 'cache-control': 'no-store' } });
}
