import { createTokenManager, endpoint, type TokenManager } from '@realtime-session/core';

/** One account of the agent, such as "anna@shop". */
export interface Account {
  readonly id: string;
  readonly getAccessToken: () => Promise<string>;
}

/** Creates the Realtime tokens of one account. Each sign-in gets its own. */
export type CreateTokens = (account: Account) => TokenManager;

/** The accounts of a page, or of one request on a server. An account is signed in while it has a token manager. */
export interface Accounts {
  readonly all: readonly Account[];
  /** Returns the managers by the id of their account. Another sign-in or sign-out makes another map. */
  getSignedIn(): ReadonlyMap<string, TokenManager>;
  subscribe(listener: () => void): () => void;
  signIn(account: Account): void;
  signOut(id: string): void;
  /** Signs out of all accounts: call it after the page was unmounted. */
  dispose(): void;
}

export async function authorization(account: Account): Promise<Record<string, string>> {
  return { authorization: `Bearer ${await account.getAccessToken()}` };
}

const fromMintRoute: CreateTokens = (account) =>
  createTokenManager({
    fetchToken: endpoint('/api/realtime-session', { headers: () => authorization(account) }),
  });

/** All accounts are signed in at first. Nothing is fetched before a component needs a token. */
export function createAccounts(
  all: readonly Account[],
  createTokens: CreateTokens = fromMintRoute,
): Accounts {
  const listeners = new Set<() => void>();
  let signedIn: ReadonlyMap<string, TokenManager> = new Map(
    all.map((account) => [account.id, createTokens(account)]),
  );

  function change(next: ReadonlyMap<string, TokenManager>) {
    signedIn = next;
    for (const listener of listeners) listener();
  }

  function signOut(id: string) {
    // Not `reset()`: while components use the account, it would mint the next token.
    signedIn.get(id)?.dispose();
    change(new Map([...signedIn].filter(([other]) => other !== id)));
  }

  return {
    all,
    getSignedIn: () => signedIn,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    signIn(account) {
      if (!signedIn.has(account.id)) change(new Map(signedIn).set(account.id, createTokens(account)));
    },
    signOut,
    dispose() {
      for (const { id } of all) signOut(id);
    },
  };
}
