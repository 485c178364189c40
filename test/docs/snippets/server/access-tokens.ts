/** Returns the user of an access token. */
export function findUser(accessToken: string | undefined): Promise<{ id: string } | null> {
  return Promise.resolve(accessToken === 'access-token-of-ada' ? { id: 'ada' } : null);
}
