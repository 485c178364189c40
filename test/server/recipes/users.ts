/** Returns the signed-in user, identified by a cookie. */
export function currentUser(request: Request): { id: string } | null {
  const user = /(?:^|; )user=([\w-]+)/.exec(request.headers.get('cookie') ?? '')?.[1];
  return user === undefined ? null : { id: user };
}
