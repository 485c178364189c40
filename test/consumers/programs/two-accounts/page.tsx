import { TokenError, type TokenManager } from '@realtime-session/core';
import { useRealtimeSession, useTokenRemaining } from '@realtime-session/react';
import { useState, useSyncExternalStore } from 'react';
import type { Accounts } from './accounts';
import { useCalls, type OpenCall } from './calls';

export interface AccountsPageProps {
  readonly accounts: Accounts;
  readonly openCall: OpenCall;
}

/** All accounts side by side, and a button that calls with the selected one. */
export function AccountsPage({ accounts, openCall }: AccountsPageProps) {
  const signedIn = useSyncExternalStore(accounts.subscribe, accounts.getSignedIn, accounts.getSignedIn);
  const [selectedId, setSelectedId] = useState(accounts.all[0]?.id);
  const call = useCalls(openCall);
  const selected = selectedId === undefined ? undefined : signedIn.get(selectedId);

  return (
    <main>
      {accounts.all.map((account) => {
        const tokens = signedIn.get(account.id);
        return (
          <section key={account.id} aria-label={account.id}>
            <h2>{account.id}</h2>
            <label>
              <input
                type="radio"
                name="account"
                checked={account.id === selectedId}
                onChange={() => setSelectedId(account.id)}
              />
              Use for the next call
            </label>
            {tokens === undefined ? (
              <button onClick={() => accounts.signIn(account)}>Sign in</button>
            ) : (
              <>
                <Status tokens={tokens} />
                <Remaining tokens={tokens} />
                <button onClick={() => accounts.signOut(account.id)}>Sign out</button>
              </>
            )}
          </section>
        );
      })}
      <footer>{selected && <CallButton key={selectedId} tokens={selected} call={call} />}</footer>
    </main>
  );
}

function Status({ tokens }: { readonly tokens: TokenManager }) {
  const { status, error } = useRealtimeSession(tokens);
  return (
    <>
      <p role="status">{status}</p>
      {error && <p role="alert">{error.message}</p>}
    </>
  );
}

function Remaining({ tokens }: { readonly tokens: TokenManager }) {
  const remainingMs = useTokenRemaining(1_000, tokens);
  return <p role="timer">{remainingMs === undefined ? '–' : `${remainingMs / 1_000} s`}</p>;
}

function CallButton({
  tokens,
  call,
}: {
  readonly tokens: TokenManager;
  readonly call: (tokens: TokenManager) => Promise<void>;
}) {
  const status = useRealtimeSession(tokens, (session) => session.status);
  const [failure, setFailure] = useState<string>();
  async function onClick() {
    setFailure(undefined);
    try {
      await call(tokens);
    } catch (error) {
      if (TokenError.is(error) && error.code === 'disposed') return; // signed out meanwhile
      setFailure(error instanceof Error ? error.message : 'The call failed.');
    }
  }
  return (
    <>
      <button disabled={status === 'failed'} onClick={() => void onClick()}>
        Call
      </button>
      {failure && <p role="alert">{failure}</p>}
    </>
  );
}
