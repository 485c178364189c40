import { randomUUID } from 'node:crypto';

/** Maps session ids to users. */
const users = new Map();

/** Replace this with your own authentication. */
export const findUser = (cookies) => users.get(/(?:^|; )session=([^;]+)/.exec(cookies ?? '')?.[1]);

/** Returns the id of a new session. */
export function signIn() {
  const session = randomUUID();
  users.set(session, { id: 'ada' });
  return session;
}
