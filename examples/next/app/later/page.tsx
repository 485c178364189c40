import { cookies } from 'next/headers';
import { findUser } from '../../lib/user.ts';
import { Call } from '../call.tsx';
import { SignIn } from '../sign-in.tsx';

/** The browser fetches the first token. */
export default async function Page() {
  const user = findUser((await cookies()).toString());
  return (
    <main>
      <h1>Token from the page</h1>
      {user !== undefined && <Call key={user} user={user} />}
      <SignIn />
    </main>
  );
}
