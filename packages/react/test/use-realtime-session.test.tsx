import { fireEvent, render, screen, waitFor } from '@testing-library/react';
import {
  createTokenManager,
  type TokenError,
  type TokenManager,
  type TokenState,
} from '@realtime-session/core';
import {
  RealtimeSessionProvider,
  useRealtimeSession,
  useTokenRemaining,
  type UseRealtimeSessionResult,
} from '@realtime-session/react';
import { Profiler, StrictMode, useEffect, useLayoutEffect, type ReactNode } from 'react';
import { describe, expect, expectTypeOf, test } from 'vitest';
import { openMintRoute } from './mint-route.ts';
import { tokenResponse, createStage, renderSettled, withToken } from './support.tsx';

type Stage = ReturnType<typeof createStage>;

function Status({
  stage,
  params,
  name = stage.name,
}: {
  stage: Stage;
  params?: unknown;
  name?: string;
}): ReactNode {
  const { status } = useRealtimeSession({
    ...stage.options,
    key: name,
    params,
  });
  return <p>{status}</p>;
}

/** Has its own inline fetcher, which every render creates again. */
function Own({ stage: { server, environment } }: { stage: Stage }): ReactNode {
  const { status } = useRealtimeSession({
    fetchToken: (request) => server.fetchToken(request),
    environment,
  });
  return <p>{status}</p>;
}

describe('useRealtimeSession', () => {
  test('fetches a token while mounted and shows its state', async () => {
    const stage = createStage();
    stage.server.script(tokenResponse());
    await renderSettled(<Status stage={stage} />, stage);
    expect(screen.getByText('ready')).toBeTruthy();
    expect(stage.server.calls).toHaveLength(1);
  });

  test('mints once under StrictMode', async () => {
    const stage = createStage();
    await renderSettled(
      <StrictMode>
        <Status stage={stage} />
      </StrictMode>,
      stage,
    );
    stage.server.calls[0]!.resolve(tokenResponse());
    await stage.advance(5_000);
    expect(screen.getByText('ready')).toBeTruthy();
    expect(stage.server.calls).toHaveLength(1);
  });

  test('mints once for a hundred components with inline options', async () => {
    const stage = createStage();
    stage.server.script(tokenResponse());
    const many = Array.from({ length: 100 }, (_, index) => (
      <Status key={index} stage={stage} params={{ a: 1, b: [2] }} />
    ));
    await renderSettled(<>{many}</>, stage);
    expect(screen.getAllByText('ready')).toHaveLength(100);
    expect(stage.server.calls).toHaveLength(1);
  });

  test('shares a store for the same endpoint and equal params, with keys in any order', async () => {
    const stage = createStage();
    const route = await openMintRoute();
    function Voice({ params }: { params: object }): ReactNode {
      const { environment } = stage;
      return <p>{useRealtimeSession({ endpoint: route.url, params, environment }).status}</p>;
    }
    render(
      <>
        <Voice params={{ voice: 'marin', more: { a: 1, b: 2 } }} />
        <Voice params={{ more: { b: 2, a: 1 }, voice: 'marin' }} />
      </>,
    );
    expect(await screen.findAllByText('ready')).toHaveLength(2);
    expect(route.posts.map((post) => post.body)).toEqual([{ voice: 'marin', more: { a: 1, b: 2 } }]);
  });

  test('sends the latest headers with every request', async () => {
    const stage = createStage();
    const route = await openMintRoute();
    const sent = (): unknown[] => route.posts.map(({ headers }) => headers['x-csrf']);
    function Voice({ csrf }: { csrf: string }): ReactNode {
      const { status, getToken } = useRealtimeSession({
        endpoint: route.url,
        environment: stage.environment,
        headers: () => Promise.resolve({ 'x-csrf': csrf }),
      });
      return <button onClick={() => void getToken({ force: true })}>call {status}</button>;
    }
    const view = render(<Voice csrf="first" />);
    // Only an existing token can be replaced with `force`.
    await screen.findByText('call ready');
    view.rerender(<Voice csrf="second" />);
    expect(sent()).toEqual(['first']);
    await stage.advance(5_000);
    fireEvent.click(screen.getByText('call ready'));
    await waitFor(() => expect(sent()).toEqual(['first', 'second']));
  });

  test('gives a component with a fetcher and no key its own store, and keeps it across renders', async () => {
    const stage = createStage();
    stage.server.script(tokenResponse(), tokenResponse());
    const view = await renderSettled(
      <>
        <Own stage={stage} />
        <Own stage={stage} />
      </>,
      stage,
    );
    view.rerender(
      <>
        <Own stage={stage} />
        <Own stage={stage} />
      </>,
    );
    await stage.advance(2_000);
    expect(stage.server.calls).toHaveLength(2);
  });

  test('shows nothing of the previous session when params change', async () => {
    const stage = createStage();
    stage.server.script({ value: 'ek_ann', expires_in: 600 });
    const shown: string[] = [];
    function User({ user }: { user: string }): ReactNode {
      const session = useRealtimeSession({ ...stage.options, params: { user } }, withToken);
      shown.push(`${user} ${session.status} ${session.token}`);
      return null;
    }
    const view = await renderSettled(<User user="ann" />, stage);
    expect(shown.at(-1)).toBe('ann ready ek_ann');
    view.rerender(<User user="bob" />);
    await stage.advance(0);
    expect(shown.filter((line) => line.startsWith('bob') && line.includes('ann'))).toEqual([]);
    expect(shown.at(-1)).toBe('bob loading -');
    expect(stage.server.calls.at(-1)!.params).toEqual({ user: 'bob' });
  });

  test('aborts the previous request when params change, and discards its late response', async () => {
    const stage = createStage();
    const shown: string[] = [];
    function User({ user }: { user: string }): ReactNode {
      const session = useRealtimeSession({ ...stage.options, key: stage.name, params: { user } }, withToken);
      shown.push(`${user} ${session.status} ${session.token}`);
      return null;
    }
    const view = await renderSettled(<User user="ann" />, stage);
    view.rerender(<User user="bob" />);
    await stage.advance(1_000);
    const [ann, bob] = stage.server.calls;
    expect([ann!.params, ann!.signal.aborted]).toEqual([{ user: 'ann' }, true]);
    ann!.resolve({ value: 'ek_ann', expires_in: 600 });
    bob!.resolve({ value: 'ek_bob', expires_in: 600 });
    await stage.advance(0);
    expect(shown.at(-1)).toBe('bob ready ek_bob');
    expect(shown.join()).not.toContain('ek_ann');
  });

  test('uses the fetcher of the latest render without fetching again', async () => {
    const stage = createStage();
    const used: string[] = [];
    function Login({ login }: { login: string }): ReactNode {
      const { status } = useRealtimeSession({
        key: 'latest',
        environment: stage.environment,
        fetchToken: () => {
          used.push(login);
          return tokenResponse(100);
        },
      });
      return <p>{status}</p>;
    }
    const view = await renderSettled(<Login login="first" />, stage);
    view.rerender(<Login login="second" />);
    await stage.advance(85_000);
    expect(used).toEqual(['first', 'second']);
  });

  test('subscribes once, even if every render has new functions', async () => {
    const stage = createStage();
    const manager = createTokenManager({ ...stage.options, initialToken: tokenResponse() });
    const calls: string[] = [];
    const counted: TokenManager = {
      ...manager,
      keepFresh: () => (calls.push('lease'), manager.keepFresh()),
      subscribe: (listener) => (calls.push('subscription'), manager.subscribe(listener)),
    };
    function Selecting({ by }: { by: number }): ReactNode {
      return <p>{useRealtimeSession(counted, (session) => `${session.status} ${by}`)}</p>;
    }
    const view = await renderSettled(<Selecting by={0} />, stage);
    for (let by = 1; by <= 20; by += 1) view.rerender(<Selecting by={by} />);
    expect(screen.getByText('ready 20')).toBeTruthy();
    expect(calls).toEqual(['subscription', 'lease']);
  });

  test('uses the callbacks of the latest render', async () => {
    const stage = createStage();
    stage.server.script(tokenResponse(100), tokenResponse(100), new TypeError('Failed to fetch'));
    const called: string[] = [];
    function Login({ login }: { login: string }): ReactNode {
      const { status } = useRealtimeSession({
        ...stage.options,
        parse: (raw) => {
          called.push(`${login} parse`);
          return { value: (raw as { value: string }).value, expiresInMs: 100_000 };
        },
        retry: {
          isFatal: () => {
            called.push(`${login} isFatal`);
            return true;
          },
        },
        onEvent: (event) => {
          if (event.type === 'mint-started') called.push(`${login} onEvent`);
        },
      });
      return <p>{status}</p>;
    }
    const view = await renderSettled(<Login login="first" />, stage);
    view.rerender(<Login login="second" />);
    expect(called).toEqual(['first onEvent', 'first parse']);
    called.length = 0;
    await stage.advance(170_000);
    expect([...new Set(called)].sort()).toEqual(['second isFatal', 'second onEvent', 'second parse']);
  });

  test('uses the latest callbacks already in the first effect of a render', async () => {
    const stage = createStage();
    stage.server.script(tokenResponse(), tokenResponse());
    const logins: string[] = [];
    function Login({ login }: { login: string }): ReactNode {
      const { invalidate, prefetch } = useRealtimeSession({
        ...stage.options,
        key: stage.name,
        minIntervalMs: 0,
        onEvent: (event) => {
          if (event.type === 'mint-started') logins.push(login);
        },
      });
      useLayoutEffect(() => {
        invalidate();
        prefetch();
      }, [invalidate, prefetch]);
      return null;
    }
    const view = await renderSettled(<Login key="1" login="first" />, stage);
    view.rerender(<Login key="2" login="second" />);
    expect(logins).toEqual(['first', 'second']);
  });

  test('releases everything shortly after unmounting', async () => {
    const stage = createStage();
    const view = await renderSettled(<Status stage={stage} name="ends" />, stage);
    view.unmount();
    await stage.advance(1_000);
    expect(stage.server.calls[0]!.signal.aborted).toBe(true);
    expect(stage.environment.clock.pending()).toBe(0);
    expect(stage.environment.listenerCount()).toBe(0);
  });

  test('does not fetch when an action is called after its component unmounted', async () => {
    const stage = createStage();
    stage.server.script(tokenResponse());
    let getTokenOfComponent: UseRealtimeSessionResult['getToken'] | undefined;
    function Component(): ReactNode {
      const { getToken } = useRealtimeSession({ ...stage.options, key: stage.name });
      useEffect(() => {
        getTokenOfComponent = getToken;
      }, [getToken]);
      return null;
    }
    const view = await renderSettled(<Component />, stage);
    view.unmount();
    await stage.advance(1_000);
    await expect(getTokenOfComponent?.()).rejects.toMatchObject({ code: 'disposed' });
    expect(stage.server.calls).toHaveLength(1);
  });

  test('lets a child request a token in its first effect, before its parent has subscribed', async () => {
    const stage = createStage();
    stage.server.script(tokenResponse());
    const received: string[] = [];
    function Child({ getToken }: Pick<UseRealtimeSessionResult, 'getToken'>): ReactNode {
      useEffect(() => void getToken().then((token) => received.push(token.value)), [getToken]);
      return null;
    }
    function Parent(): ReactNode {
      return <Child getToken={useRealtimeSession(stage.options).getToken} />;
    }
    await renderSettled(<Parent />, stage);
    expect(received).toHaveLength(1);
    expect(stage.server.calls).toHaveLength(1);
  });

  test('finds the same token when a component remounts within a second', async () => {
    const stage = createStage();
    stage.server.script(tokenResponse());
    const view = await renderSettled(<Status stage={stage} name="route" />, stage);
    view.unmount();
    await stage.advance(500);
    await renderSettled(<Status stage={stage} name="route" />, stage);
    await stage.advance(5_000);
    expect(screen.getByText('ready')).toBeTruthy();
    expect(stage.server.calls).toHaveLength(1);
  });

  test('does not re-render on a refresh when the selector reads only the status', async () => {
    const stage = createStage();
    stage.server.script(tokenResponse(100), tokenResponse(100), tokenResponse(100));
    let renders = 0;
    function Badge(): ReactNode {
      return <p>{useRealtimeSession({ ...stage.options, key: 'badge' }, (session) => session.status)}</p>;
    }
    await renderSettled(
      <Profiler id="badge" onRender={() => (renders += 1)}>
        <Badge />
      </Profiler>,
      stage,
    );
    const before = renders;
    await stage.advance(170_000);
    expect(stage.server.calls).toHaveLength(3);
    expect(renders).toBe(before);
  });

  test('supports selectors that create objects', async () => {
    const stage = createStage();
    stage.server.script(tokenResponse());
    function Pair(): ReactNode {
      const { status, error } = useRealtimeSession({ ...stage.options, key: 'pair' }, (session) => ({
        status: session.status,
        error: session.error,
      }));
      return <p>{`${status} ${String(error)}`}</p>;
    }
    await renderSettled(<Pair />, stage);
    expect(screen.getByText('ready undefined')).toBeTruthy();
  });

  test('keeps the identity of its functions in every state', async () => {
    const stage = createStage();
    const seen = new Set<unknown>();
    function Component(): ReactNode {
      const { status, ...session } = useRealtimeSession({ ...stage.options, key: 'grab' });
      seen.add(session.getToken);
      return <p>{status}</p>;
    }
    await renderSettled(<Component />, stage);
    stage.server.calls[0]!.resolve(tokenResponse(100));
    await stage.advance(85_000);
    expect(seen.size).toBe(1);
  });

  test('shows a failure, and recovers by itself', async () => {
    const stage = createStage();
    stage.server.script(new TypeError('Failed to fetch'), tokenResponse());
    function Failing(): ReactNode {
      const session = useRealtimeSession({ ...stage.options, key: 'failing' });
      return <p>{`${session.status} ${session.error?.code ?? ''}`}</p>;
    }
    await renderSettled(<Failing />, stage);
    expect(screen.getByText('loading network')).toBeTruthy();
    await stage.advance(5_000);
    expect(screen.getByText('ready')).toBeTruthy();
  });

  test('leases an explicit manager while mounted, and never disposes it', async () => {
    const stage = createStage();
    stage.server.script(tokenResponse());
    const manager = createTokenManager(stage.options);
    function Own(): ReactNode {
      return <p>{useRealtimeSession(manager).status}</p>;
    }
    const view = await renderSettled(<Own />, stage);
    expect(screen.getByText('ready')).toBeTruthy();
    view.unmount();
    await stage.advance(5_000);
    expect(manager.getState().status).toBe('ready');
    expect(stage.environment.listenerCount()).toBe(0);
  });
});

describe('RealtimeSessionProvider', () => {
  test('provides its session to hooks without arguments', async () => {
    const stage = createStage();
    stage.server.script(tokenResponse());
    function Inner(): ReactNode {
      return <p>{useRealtimeSession().status}</p>;
    }
    await renderSettled(
      <RealtimeSessionProvider options={stage.options}>
        <Inner />
        <Inner />
      </RealtimeSessionProvider>,
      stage,
    );
    expect(screen.getAllByText('ready')).toHaveLength(2);
    expect(stage.server.calls).toHaveLength(1);
  });

  test('leases the app’s own manager while a component reads it, and never disposes it', async () => {
    const stage = createStage();
    stage.server.script(tokenResponse(100), tokenResponse(100));
    const manager = createTokenManager(stage.options);
    function Inner(): ReactNode {
      return <p>{useRealtimeSession().status}</p>;
    }
    const view = await renderSettled(
      <RealtimeSessionProvider manager={manager}>
        <Inner />
      </RealtimeSessionProvider>,
      stage,
    );
    expect(screen.getByText('ready')).toBeTruthy();
    view.unmount();
    await stage.advance(90_000);
    expect(stage.server.calls).toHaveLength(1);
    expect(stage.environment.listenerCount()).toBe(0);
    expect((await manager.getToken()).value).toMatch(/^ek_/);
  });

  test('fetches nothing while no component reads it', async () => {
    const stage = createStage();
    await renderSettled(
      <RealtimeSessionProvider options={{ ...stage.options, key: stage.name }}>
        <p>quiet</p>
      </RealtimeSessionProvider>,
      stage,
    );
    await stage.advance(60_000);
    expect(stage.server.calls).toHaveLength(0);
    expect(stage.environment.clock.pending()).toBe(0);
  });

  test('does not share sessions with another provider', async () => {
    const stage = createStage();
    stage.server.script(tokenResponse(), tokenResponse());
    const one = (
      <RealtimeSessionProvider options={stage.options}>
        <Status stage={stage} name="scoped" />
      </RealtimeSessionProvider>
    );
    await renderSettled(
      <>
        {one}
        {one}
      </>,
      stage,
    );
    expect(stage.server.calls).toHaveLength(2);
  });
});

describe('useTokenRemaining', () => {
  test('counts down without re-rendering anything else', async () => {
    const stage = createStage();
    stage.server.script(tokenResponse(100));
    let parents = 0;
    function Countdown(): ReactNode {
      return <p>{String(useTokenRemaining(1_000, { ...stage.options, key: 'count' }))}</p>;
    }
    function Parent(): ReactNode {
      parents += 1;
      return <Countdown />;
    }
    await renderSettled(<Parent />, stage);
    await stage.advance(1);
    expect(screen.getByText('100000')).toBeTruthy();
    await stage.advance(3_000);
    expect(screen.getByText('97000')).toBeTruthy();
    expect(parents).toBe(1);
  });

  test('is correct after the clock was set back, and after sleep', async () => {
    const stage = createStage();
    stage.server.script(tokenResponse(100));
    function Countdown(): ReactNode {
      const options = { ...stage.options, key: stage.name, refreshWhile: 'never' as const };
      const { prefetch } = useRealtimeSession(options);
      return (
        <button onClick={() => prefetch()}>{String(useTokenRemaining(1_000, options) ?? 'none')}</button>
      );
    }
    await renderSettled(<Countdown />, stage);
    expect(screen.getByText('none')).toBeTruthy();
    fireEvent.click(screen.getByText('none'));
    await stage.advance(10_000);
    stage.environment.clock.jump(-50_000);
    await stage.advance(1_000);
    expect(screen.getByText('89000')).toBeTruthy();
    stage.environment.clock.jump(50_000);
    stage.environment.clock.sleep(40_000);
    await stage.advance(1_000);
    expect(screen.getByText('48000')).toBeTruthy();
    await stage.advance(60_000);
    expect(screen.getByText('none')).toBeTruthy();
    expect(stage.environment.clock.pending()).toBe(0);
  });

  test('does not show the remaining time of another session', async () => {
    const stage = createStage();
    const managers = [100, 900].map((expiresIn) =>
      createTokenManager({ ...stage.options, initialToken: tokenResponse(expiresIn) }),
    );
    const shown: string[] = [];
    function Countdown({ user }: { user: 0 | 1 }): ReactNode {
      shown.push(`${user} ${useTokenRemaining(1_000, managers[user])}`);
      return null;
    }
    const view = await renderSettled(<Countdown user={0} />, stage);
    await stage.advance(1);
    await waitFor(() => expect(shown.at(-1)).toBe('0 100000'));
    view.rerender(<Countdown user={1} />);
    await waitFor(() => expect(shown.at(-1)).toBe('1 900000'));
    expect(shown).not.toContain('1 100000');
  });

  test('does not show the remaining time of a token that was reset', async () => {
    const stage = createStage();
    const shown: unknown[] = [];
    function Countdown(): ReactNode {
      const options = { ...stage.options, key: stage.name, minIntervalMs: 0 };
      const { reset } = useRealtimeSession(options);
      shown.push(useTokenRemaining(1_000, options));
      return <button onClick={() => reset()}>sign out</button>;
    }
    stage.server.script(tokenResponse(100));
    await renderSettled(<Countdown />, stage);
    await stage.advance(1);
    expect(shown.at(-1)).toBe(100_000);
    fireEvent.click(screen.getByText('sign out'));
    shown.length = 0;
    await stage.advance(0);
    stage.server.calls.at(-1)!.resolve(tokenResponse(900));
    await stage.advance(0);
    await stage.advance(1);
    expect(shown).not.toContain(100_000);
    expect(shown.at(-1)).toBe(900_000);
  });

  test.each([Number.NaN, 0, -5])('counts in steps of 100 ms for a step of %s', async (stepMs) => {
    const stage = createStage();
    stage.server.script(tokenResponse(100));
    function Countdown(): ReactNode {
      return <p>{String(useTokenRemaining(stepMs, { ...stage.options, key: stage.name }))}</p>;
    }
    await renderSettled(<Countdown />, stage);
    await stage.advance(250);
    expect(screen.getByText('99800')).toBeTruthy();
  });
});

test('narrows the state on status, and infers sessions and params', () => {
  function Typed(): ReactNode {
    const session = useRealtimeSession({
      endpoint: '/mint',
      params: { voice: 'marin' },
      parse: () => ({ value: 'ek_x', session: { room: 7 } }),
    });
    expectTypeOf(session.status).toEqualTypeOf<TokenState['status']>();
    if (session.status === 'ready') expectTypeOf(session.refreshing).toEqualTypeOf<boolean>();
    const { status: word, error } = session;
    expectTypeOf(error).toEqualTypeOf<TokenError | undefined>();
    if (word === 'failed') expectTypeOf(error).toEqualTypeOf<TokenError>();
    if (word === 'idle') expectTypeOf(error).toEqualTypeOf<undefined>();
    expectTypeOf(session.reset).parameter(0).toEqualTypeOf<{ voice: string } | undefined>();
    const status = useRealtimeSession({ endpoint: '/mint' }, (picked) => picked.status);
    expectTypeOf(status).toEqualTypeOf<TokenState['status']>();
    return null;
  }
  expect(Typed).toBeTypeOf('function');
});
