/** Stands for the authentication of your app. */
export function currentUser(request: Request): { id: string } | null {
  return request.headers.has('cookie') ? { id: 'demo' } : null;
}
