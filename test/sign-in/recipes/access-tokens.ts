/** Stands for your database, or for the introspection endpoint of your issuer (RFC 7662). */
const users = new Map([['access-token-of-ada', { id: 'ada' }]]);

/** Returns the user of an access token. */
export function findUser(accessToken: string): { id: string } | null {
  return users.get(accessToken) ?? null;
}
