import { cookies } from 'next/headers';
import { userOf } from '../../lib/user.ts';
import { Call } from '../call.tsx';
import { SignIn } from '../sign-in.tsx';

/** The page mints for itself. */
export default async function Page() {
  const user = userOf((await cookies()).toString());
  return (
    <main>
      <h1>Token from the page</h1>
      {user !== undefined && <Call key={user} user={user} />}
      <SignIn />
    </main>
  );
}
