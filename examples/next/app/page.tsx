import { cookies } from 'next/headers';
import { Suspense } from 'react';
import { mintInitialToken } from '../lib/initial-token.ts';
import { findUser } from '../lib/user.ts';
import { Call } from './call.tsx';
import { SignIn } from './sign-in.tsx';

async function MintedCall({ user }: { user: string }) {
  return <Call key={user} user={user} initialToken={await mintInitialToken()} />;
}

/** The server mints the first token while the page is streamed. */
export default async function Page() {
  const user = findUser((await cookies()).toString());
  return (
    <main>
      <h1>Token from the server</h1>
      {user !== undefined && (
        <Suspense fallback={<p>Minting …</p>}>
          <MintedCall user={user} />
        </Suspense>
      )}
      <SignIn />
    </main>
  );
}
