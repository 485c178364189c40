export const USER_COOKIE = 'user';

/**
 * Returns the signed-in user. The demo trusts the cookie; in your application, look up the session here.
 *
 * @param cookieHeader - The `Cookie` header of the request.
 */
export function findUser(cookieHeader: string | null): string | undefined {
  return /(?:^|;\s*)user=([a-z]{1,20})(?:;|$)/.exec(cookieHeader ?? '')?.[1];
}
