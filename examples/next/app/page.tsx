import { cookies } from 'next/headers';
import { Suspense } from 'react';
import { mintInitialToken } from '../lib/initial-token';
import { findUser } from '../lib/user';
import { Call } from './call';
import { SignIn } from './sign-in';

/** The server mints the first token while the page is streamed. */
async function MintedCall() {
  const user = findUser((await cookies()).toString());
  return user !== undefined && <Call key={user} user={user} initialToken={await mintInitialToken()} />;
}

export default function Page() {
  return (
    <main>
      <h1>Token from the server</h1>
      <Suspense fallback={<p>Minting …</p>}>
        <MintedCall />
      </Suspense>
      <SignIn />
    </main>
  );
}
