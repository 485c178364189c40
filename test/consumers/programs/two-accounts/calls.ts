import type { TokenManager } from '@realtime-session/core';
import { useCallback, useEffect, useRef } from 'react';

/** A running call. */
export interface Call {
  end(): void;
}

/** Opens a call with the secret of a Realtime token. */
export type OpenCall = (secret: string) => Promise<Call>;

/** Returns a function that opens a call of an account. The call ends with the account's sign-out, or with the component. */
export function useCalls(openCall: OpenCall): (tokens: TokenManager) => Promise<void> {
  const page = useRef({ mounted: false, calls: new Set<Call>() });
  useEffect(() => {
    const { current } = page;
    current.mounted = true;
    return () => {
      current.mounted = false;
      for (const call of current.calls) call.end();
      current.calls.clear();
    };
  }, []);

  return useCallback(
    async (tokens) => {
      const { current } = page;
      const call = await openCall((await tokens.getToken()).value);
      if (!current.mounted || tokens.getState().status === 'disposed') return call.end();
      current.calls.add(call);
      tokens.on(({ type }) => {
        if (type === 'disposed' && current.calls.delete(call)) call.end();
      });
    },
    [openCall],
  );
}
