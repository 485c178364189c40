/** Name of the cookie. */
export const USER_COOKIE = 'user';

/**
 * Who is signed in. A demo believes the cookie; an application looks its own session up here.
 *
 * @param cookieHeader - The `Cookie` header, if there is one.
 */
export function userOf(cookieHeader: string | null): string | undefined {
  const user = /(?:^|;\s*)user=([a-z]{1,20})(?:;|$)/.exec(cookieHeader ?? '')?.[1];
  return user;
}
