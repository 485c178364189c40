import type { ExpressAuthConfig } from '@auth/express';
import Credentials from '@auth/express/providers/credentials';
import { checkPassword } from './users';

export const authConfig: ExpressAuthConfig = {
  providers: [
    Credentials({
      credentials: { name: {}, password: { type: 'password' } },
      authorize: ({ name, password }) => checkPassword(name, password), // { id, name }, or null
    }),
  ],
  callbacks: {
    // By default, the session has no id of the user.
    session: ({ session, token }) => {
      if (token.sub) session.user.id = token.sub;
      return session;
    },
  },
};
