import {
  createTokenManager,
  type EphemeralToken,
  type SessionInfo,
  type TokenError,
} from '@realtime-session/core';
import {
  createRealtimeSessionStore,
  RealtimeSessionProvider,
  useRealtimeSession,
  useRealtimeToken,
  useTokenRemaining,
  type SelectableSession,
  type UseRealtimeSessionResult,
  type RealtimeSessionProviderProps,
} from '@realtime-session/react';
import { expectTypeOf, test } from 'vitest';

interface Voice {
  voice: string;
}
interface Room {
  room: number;
}

const parse = (): { value: string; session: Room } => ({ value: 'ek_x', session: { room: 7 } });

test('each status narrows to its own members', () => {
  expectTypeOf<Extract<UseRealtimeSessionResult, { status: 'ready' }>['expiresAtMs']>().toEqualTypeOf<
    number | undefined
  >();
  expectTypeOf<Extract<UseRealtimeSessionResult, { status: 'loading' }>['retryAtMs']>().toEqualTypeOf<
    number | undefined
  >();
  expectTypeOf<
    Extract<UseRealtimeSessionResult, { status: 'failed' }>['error']
  >().toEqualTypeOf<TokenError>();
  expectTypeOf<Extract<UseRealtimeSessionResult, { status: 'idle' }>>().not.toHaveProperty('expiresAtMs');
  expectTypeOf<UseRealtimeSessionResult['status']>().toEqualTypeOf<
    'idle' | 'loading' | 'ready' | 'failed' | 'disposed'
  >();
  const narrow = (session: UseRealtimeSessionResult): number | TokenError | undefined => {
    switch (session.status) {
      case 'ready':
        return session.expiresAtMs;
      case 'loading':
        return session.retryAtMs;
      case 'failed':
        return session.error;
      case 'idle':
      case 'disposed':
        return session.error;
    }
  };
  expectTypeOf(narrow).returns.toEqualTypeOf<number | TokenError | undefined>();
});

test('session and params are inferred from options and from a manager, with and without a selector', () => {
  const options = { endpoint: '/mint', params: { voice: 'marin' }, parse };
  const voice: Voice = { voice: 'marin' };
  const manager = createTokenManager({
    fetchToken: () => 'ek_x',
    parse,
    params: voice,
  });
  const fromOptions = () => useRealtimeSession(options);
  const fromManager = () => useRealtimeSession(manager);
  const selected = () => useRealtimeSession(options, (session) => session.peek()?.session?.room);
  const selectedOfManager = () => useRealtimeSession(manager, ({ getToken }) => getToken);
  const plain = () => useRealtimeSession({ endpoint: '/mint' }, ({ peek }) => peek()?.session);
  expectTypeOf(fromOptions).returns.toEqualTypeOf<UseRealtimeSessionResult<{ voice: string }, Room>>();
  expectTypeOf(fromManager).returns.toEqualTypeOf<UseRealtimeSessionResult<Voice, Room>>();
  expectTypeOf(selected).returns.toEqualTypeOf<number | undefined>();
  expectTypeOf(selectedOfManager).returns.returns.resolves.toEqualTypeOf<EphemeralToken<Room>>();
  expectTypeOf(plain).returns.toEqualTypeOf<SessionInfo | undefined>();
  expectTypeOf(() => useTokenRemaining(1_000, manager)).returns.toEqualTypeOf<number | undefined>();
  expectTypeOf(() => useRealtimeToken(manager)).returns.toEqualTypeOf<EphemeralToken<Room> | undefined>();
  expectTypeOf<UseRealtimeSessionResult>().not.toHaveProperty('peek');
  expectTypeOf(createRealtimeSessionStore(options).getState).returns.toEqualTypeOf<
    SelectableSession<{ voice: string }, Room>
  >();
});

test('a session has exactly one source, and a provider needs one', () => {
  const fetchToken = (): string => 'ek_x';
  const countInvalid = (...renders: (() => unknown)[]): number => renders.length;
  // @ts-expect-error -- an endpoint and a fetcher
  countInvalid(() => useRealtimeSession({ endpoint: '/mint', fetchToken }));
  // @ts-expect-error -- neither
  countInvalid(() => useRealtimeSession({ params: {} }));
  // @ts-expect-error -- an unknown option
  countInvalid(() => useRealtimeSession({ endpoint: '/mint', lifetime: 5 }));
  expectTypeOf(RealtimeSessionProvider<Voice, Room>)
    .parameter(0)
    .toEqualTypeOf<RealtimeSessionProviderProps<Voice, Room>>();
});
