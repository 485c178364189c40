import { createTokenManager, endpoint, type TokenManager } from '@realtime-session/core';
import { RealtimeSessionProvider } from '@realtime-session/react';
import { useRealtimeConnection } from '@realtime-session/react/webrtc';
import { useState } from 'react';

export interface Account {
  readonly id: string;
  readonly tokens: TokenManager;
}

/** Call it at sign-in, not while rendering; on a server, once for each request. Nothing is fetched yet. */
export function createAccount(id: string, getAccessToken: () => Promise<string>): Account {
  const headers = async () => ({ authorization: `Bearer ${await getAccessToken()}` }); // before each attempt
  return { id, tokens: createTokenManager({ fetchToken: endpoint('/api/realtime-session', { headers }) }) };
}

export function Accounts({ signedIn }: { signedIn: readonly Account[] }) {
  const [accounts, setAccounts] = useState(signedIn);
  function signOut(account: Account) {
    account.tokens.dispose(); // ends its calls; it never mints again
    setAccounts((all) => all.filter((other) => other !== account));
  }
  return accounts.map((account) => (
    <RealtimeSessionProvider key={account.id} manager={account.tokens}>
      <AccountCall name={account.id} onSignOut={() => signOut(account)} />
    </RealtimeSessionProvider>
  ));
}

function AccountCall({ name, onSignOut }: { name: string; onSignOut: () => void }) {
  const { status, connect, close } = useRealtimeConnection(); // the nearest provider's session
  return (
    <p>
      {name}: {status}
      <button onClick={() => (status === 'connected' ? close() : void connect().catch(console.warn))}>
        {status === 'connected' ? 'Hang up' : 'Call'}
      </button>
      <button onClick={onSignOut}>Sign out</button>
    </p>
  );
}
