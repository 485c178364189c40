/** Who is signed in, as the server tells it. */
export interface User {
  readonly id: string;
  /** Where calls are opened: the API's own address, or the emulator's. */
  readonly callsUrl: string;
}

/** Signs in; the server answers with a cookie that scripts cannot read. */
export async function signIn(): Promise<User> {
  const response = await fetch('/api/sign-in', { method: 'POST' });
  // The answer of our own server.
  return (await response.json()) as User;
}
