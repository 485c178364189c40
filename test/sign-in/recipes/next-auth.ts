import NextAuth from 'next-auth';
import Credentials from 'next-auth/providers/credentials';
import { checkPassword } from './users';

export const { auth, handlers, signIn, signOut } = NextAuth({
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
});
