/** Returns the signed-in user, identified by a cookie. */
export function currentUser(request: Request): Promise<{ id: string } | null> {
  const cookie = request.headers.get('cookie') ?? '';
  return Promise.resolve(cookie.includes('user=ada') ? { id: 'ada' } : null);
}
