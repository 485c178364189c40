import { randomUUID } from 'node:crypto';

export interface User {
  readonly id: string;
}

/** Returns the user with this name and password. */
export type CheckPassword = (name: string, password: string) => User | null;

/** Signed-in users by the value of their cookie. */
const signedIn = new Map<string, User>();

/** Returns the value of the cookie `sid`. */
export function signIn(user: User): string {
  const sid = randomUUID();
  signedIn.set(sid, user);
  return sid;
}

export function currentUser(request: Request): User | null {
  const sid = /(?:^|;\s*)sid=([^;]+)/.exec(request.headers.get('cookie') ?? '')?.[1];
  return (sid === undefined ? undefined : signedIn.get(sid)) ?? null;
}
