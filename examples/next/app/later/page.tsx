import { cookies } from 'next/headers';
import { Suspense } from 'react';
import { findUser } from '../../lib/user';
import { Call } from '../call';
import { SignIn } from '../sign-in';

/** The browser fetches the first token. */
async function UserCall() {
  const user = findUser((await cookies()).toString());
  return user !== undefined && <Call key={user} user={user} />;
}

export default function Page() {
  return (
    <main>
      <h1>Token from the page</h1>
      <Suspense>
        <UserCall />
      </Suspense>
      <SignIn />
    </main>
  );
}
