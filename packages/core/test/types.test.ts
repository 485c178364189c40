import {
  createTokenManager,
  endpoint,
  literal,
  type EphemeralToken,
  type SessionInfo,
  type StandardSchema,
  type ParsedToken,
  type TokenError,
  type TokenErrorCode,
  type TokenManager,
  type TokenManagerOptions,
  type TokenState,
  type TokenStateReader,
} from '@realtime-session/core';
import {
  deepgram,
  livekit,
  tanstackAi,
  type Issuer,
  type LiveKitSession,
} from '@realtime-session/core/issuers';
import { createManualEnvironment } from '@realtime-session/core/testing';
import { describe, expect, expectTypeOf, test } from 'vitest';

interface MySession {
  room: string;
}

/** Like the types of zod, valibot and arktype: separate input and output, and additional options. */
interface SchemaOf<Input, Output> {
  readonly '~standard': {
    readonly version: 1;
    readonly vendor: string;
    readonly validate: (
      value: unknown,
      options?: { readonly libraryOptions?: Record<string, unknown> },
    ) =>
      | { readonly value: Output; readonly issues?: undefined }
      | {
          readonly issues: readonly {
            readonly message: string;
            readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
          }[];
        }
      | Promise<{ readonly value: Output; readonly issues?: undefined }>;
    readonly types?: { readonly input: Input; readonly output: Output } | undefined;
  };
}

const environment = createManualEnvironment();
const fetchToken = literal({ value: 'ek_1', expires_in: 60 });

describe('without a written generic', () => {
  test('params have the type of the given value, in the fetcher and in reset', async () => {
    const tokens = createTokenManager({
      environment,
      params: { user: 'ann' },
      fetchToken: ({ params }) => {
        expectTypeOf(params).toEqualTypeOf<{ user: string }>();
        return { value: `ek_${params.user}`, expires_in: 60 };
      },
    });
    expectTypeOf<(typeof tokens)['reset']>().parameter(0).toEqualTypeOf<{ user: string } | undefined>();
    // @ts-expect-error -- other params than the fetcher expects
    const wrong = (): void => tokens.reset({ user: 7 });
    expect((await tokens.getToken()).value).toBe('ek_ann');
    expect(wrong).toBeTypeOf('function');
  });

  test('the session has the type that a parse function returns', async () => {
    const tokens = createTokenManager({
      environment,
      fetchToken,
      parse: () => ({ value: 'ek_1', expiresInMs: 60_000, session: { room: 'blue' } }),
    });
    expectTypeOf(tokens).toEqualTypeOf<TokenManager<unknown, { room: string }>>();
    const { session } = await tokens.getToken();
    expectTypeOf(session).toEqualTypeOf<{ room: string } | undefined>();
    expect(session?.room).toBe('blue');
  });

  test('the session has the type that an asynchronous parse function resolves with', async () => {
    const tokens = createTokenManager({
      environment,
      fetchToken,
      parse: () => Promise.resolve({ value: 'ek_1', expiresInMs: 60_000, session: { room: 'blue' } }),
    });
    const { session } = await tokens.getToken();
    expectTypeOf(session).toEqualTypeOf<{ room: string } | undefined>();
  });

  test('the session has the output type of a Standard Schema', async () => {
    const schema: SchemaOf<string, { value: string; expiresInMs: number; session: MySession }> = {
      '~standard': {
        version: 1,
        vendor: 'test',
        validate: () => ({ value: { value: 'ek_1', expiresInMs: 60_000, session: { room: 'blue' } } }),
      },
    };
    const tokens = createTokenManager({ environment, fetchToken, parse: schema });
    expectTypeOf(tokens).toEqualTypeOf<TokenManager<unknown, MySession>>();
    expect((await tokens.getToken()).session?.room).toBe('blue');
  });

  test('an issuer sets the type of the session', () => {
    const tokens = createTokenManager({ environment, fetchToken, ...livekit });
    expectTypeOf(tokens).toEqualTypeOf<TokenManager<unknown, LiveKitSession>>();
    expectTypeOf(tanstackAi.parse).returns.toHaveProperty('session');
    expect(tokens.peek()).toBeUndefined();
  });

  test('there is a default session', () => {
    const tokens = createTokenManager({ environment, fetchToken });
    expectTypeOf(tokens).toEqualTypeOf<TokenManager>();
    expectTypeOf(tokens.peek()).toEqualTypeOf<EphemeralToken | undefined>();
    expectTypeOf<NonNullable<EphemeralToken['session']>>().toEqualTypeOf<SessionInfo>();
  });
});

describe('TokenState', () => {
  test('narrows on its status', () => {
    const describeState = (state: TokenState): string => {
      switch (state.status) {
        case 'idle':
        case 'disposed':
          // @ts-expect-error -- these states have no error
          return String(state.error);
        case 'loading':
          expectTypeOf(state.retryAtMs).toEqualTypeOf<number | undefined>();
          expectTypeOf(state.error).toEqualTypeOf<TokenError | undefined>();
          return `${state.attempt}`;
        case 'ready':
          expectTypeOf(state.refreshing).toEqualTypeOf<boolean>();
          return state.expirySource;
        case 'failed':
          expectTypeOf(state.error).toEqualTypeOf<TokenError>();
          return state.error.code;
        default:
          expectTypeOf(state).toEqualTypeOf<never>();
          return state;
      }
    };
    expect(describeState({ status: 'loading', attempt: 1, retryAtMs: undefined, error: undefined })).toBe(
      '1',
    );
  });

  test('allows no illegal combination', () => {
    // @ts-expect-error -- a failure has an error
    const failed: TokenState = { status: 'failed' };
    // @ts-expect-error -- an idle manager refreshes nothing
    const idle: TokenState = { status: 'idle', refreshing: true };
    expect([failed.status, idle.status]).toEqual(['failed', 'idle']);
  });
});

describe('options', () => {
  test('force does not accept false', () => {
    const tokens = createTokenManager({ environment, fetchToken });
    expectTypeOf<(typeof tokens)['getToken']>().toBeCallableWith({ force: true });
    // @ts-expect-error -- leave it out instead
    const wrong = () => tokens.getToken({ force: false });
    expect(wrong).toBeTypeOf('function');
  });

  test('only the fetcher is required', () => {
    expectTypeOf<{ fetchToken: () => string }>().toExtend<TokenManagerOptions>();
    // @ts-expect-error -- where would tokens come from?
    const none: TokenManagerOptions = {};
    // @ts-expect-error -- a URL is not a fetcher; endpoint() makes one of it
    const url: TokenManagerOptions = { fetchToken: '/api/realtime-session' };
    // @ts-expect-error -- only two ways of reuse
    const reuse: TokenManagerOptions = { fetchToken, reuse: 'never' };
    expect([none, url, reuse]).toHaveLength(3);
  });

  test('accept an issuer', () => {
    expectTypeOf<Issuer>().toExtend<
      Pick<TokenManagerOptions, 'parse'> & { reuse?: 'once' | 'until-expiry'; assumedLifetimeMs?: number }
    >();
    expectTypeOf(deepgram).toEqualTypeOf<Issuer>();
  });

  test('pass explicit params to endpoint()', () => {
    const fetcher = endpoint<{ user: string }>('/api', {
      headers: ({ params }) => ({ 'x-user': params.user }),
      body: ({ params, reason }) => ({ user: params.user, reason }),
    });
    const tokens = createTokenManager({ environment, fetchToken: fetcher, params: { user: 'ann' } });
    expectTypeOf(tokens).toExtend<TokenManager<{ user: string }>>();
    expect(tokens.getState().status).toBe('idle');
  });
});

describe('compatible types', () => {
  test('a manager is a read-only zustand store', () => {
    interface ReadonlyStoreApi<T> {
      getState: () => T;
      getInitialState: () => T;
      subscribe: (listener: (state: T, previous: T) => void) => () => void;
    }
    expectTypeOf<TokenManager>().toExtend<ReadonlyStoreApi<TokenState>>();
    expectTypeOf<TokenManager>().toExtend<TokenStateReader>();
    expectTypeOf<TokenManager>().toExtend<Disposable>();
  });

  test('toApiKey returns the function that the official clients call', () => {
    expectTypeOf<ReturnType<TokenManager['toApiKey']>>().toEqualTypeOf<() => Promise<string>>();
  });

  test('only a schema of tokens is a valid parse', () => {
    expectTypeOf<StandardSchema<ParsedToken>>().toExtend<NonNullable<TokenManagerOptions['parse']>>();
    expectTypeOf<StandardSchema<{ ticket: string }>>().not.toExtend<
      NonNullable<TokenManagerOptions['parse']>
    >();
  });

  test('error codes are a closed set', () => {
    expectTypeOf<TokenError['code']>().toEqualTypeOf<TokenErrorCode>();
    // @ts-expect-error -- not one of them
    const code: TokenErrorCode = 'unknown';
    expect(code).toBe('unknown');
  });
});
