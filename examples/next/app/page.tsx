import { cookies } from 'next/headers';
import { Suspense } from 'react';
import { initialToken } from '../lib/initial-token.ts';
import { userOf } from '../lib/user.ts';
import { Call } from './call.tsx';
import { SignIn } from './sign-in.tsx';

async function MintedCall({ user }: { user: string }) {
  return <Call key={user} user={user} initialToken={await initialToken()} />;
}

/** The token is minted while the page is streamed. */
export default async function Page() {
  const user = userOf((await cookies()).toString());
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
