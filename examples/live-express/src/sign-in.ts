/** The signed-in user. */
export interface User {
  readonly id: string;
}

/** Signs in. The server sets a cookie that scripts cannot read. */
export async function signIn(): Promise<User> {
  const response = await fetch('/api/sign-in', { method: 'POST' });
  // The response of our own server.
  return (await response.json()) as User;
}
