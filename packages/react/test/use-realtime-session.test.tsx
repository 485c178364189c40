import { screen } from '@testing-library/react';
import { createTokenManager, type TokenState } from '@realtime-session/core';
import { RealtimeSessionProvider, useRealtimeSession, useTokenRemaining } from '@realtime-session/react';
import { Profiler, StrictMode, type ReactNode } from 'react';
import { describe, expect, expectTypeOf, test } from 'vitest';
import { answer, createStage, renderSettled } from './support.tsx';

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
    key: `${name} ${JSON.stringify(params)}`,
    params,
  });
  return <p>{status}</p>;
}

describe('useRealtimeSession', () => {
  test('fetches a token while mounted and shows its state', async () => {
    const stage = createStage();
    stage.server.script(answer());
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
    stage.server.calls[0]!.resolve(answer());
    await stage.advance(5_000);
    expect(screen.getByText('ready')).toBeTruthy();
    expect(stage.server.calls).toHaveLength(1);
  });

  test('mints once for a hundred components with inline options', async () => {
    const stage = createStage();
    stage.server.script(answer());
    const many = Array.from({ length: 100 }, (_, index) => (
      <Status key={index} stage={stage} params={{ a: 1, b: [2] }} />
    ));
    await renderSettled(<>{many}</>, stage);
    expect(screen.getAllByText('ready')).toHaveLength(100);
    expect(stage.server.calls).toHaveLength(1);
  });

  test('an endpoint and equal params are one store, whatever the order of their keys', async () => {
    const stage = createStage();
    const posts: string[] = [];
    const fetchSpy = (url: string): Promise<unknown> => {
      posts.push(url);
      return Promise.resolve(answer());
    };
    function Voice({ params }: { params: object }): ReactNode {
      const session = useRealtimeSession({
        endpoint: '/mint',
        params,
        environment: stage.environment,
        parse: (raw) => ({ value: String(raw), expiresInMs: 600_000 }),
        headers: () => {
          void fetchSpy('/mint');
          throw new Error('no network in this test');
        },
      });
      return <p>{session.status}</p>;
    }
    await renderSettled(
      <>
        <Voice params={{ voice: 'marin', lang: 'de' }} />
        <Voice params={{ lang: 'de', voice: 'marin' }} />
      </>,
      stage,
    );
    expect(posts).toEqual(['/mint']);
  });

  test('a fetcher without a key belongs to its component, and is not made anew by renders', async () => {
    const stage = createStage();
    stage.server.script(answer(), answer());
    function Own(): ReactNode {
      return (
        <p>
          {
            useRealtimeSession({
              fetchToken: (request) => stage.server.fetchToken(request),
              environment: stage.environment,
            }).status
          }
        </p>
      );
    }
    const view = await renderSettled(
      <>
        <Own />
        <Own />
      </>,
      stage,
    );
    view.rerender(
      <>
        <Own />
        <Own />
      </>,
    );
    await stage.advance(2_000);
    expect(stage.server.calls).toHaveLength(2);
  });

  test('other params show nothing of the session before', async () => {
    const stage = createStage();
    stage.server.script({ value: 'ek_ann', expires_in: 600 });
    const shown: string[] = [];
    function User({ user }: { user: string }): ReactNode {
      const session = useRealtimeSession({ ...stage.options, params: { user } });
      shown.push(`${user} ${session.status} ${session.peek()?.value ?? '-'}`);
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

  test('uses the fetcher of the latest render without fetching again', async () => {
    const stage = createStage();
    const used: string[] = [];
    function Login({ login }: { login: string }): ReactNode {
      const { status } = useRealtimeSession({
        key: 'latest',
        environment: stage.environment,
        fetchToken: () => {
          used.push(login);
          return answer(100);
        },
      });
      return <p>{status}</p>;
    }
    const view = await renderSettled(<Login login="first" />, stage);
    view.rerender(<Login login="second" />);
    await stage.advance(85_000);
    expect(used).toEqual(['first', 'second']);
  });

  test('unmounting ends everything a moment later', async () => {
    const stage = createStage();
    const view = await renderSettled(<Status stage={stage} name="ends" />, stage);
    view.unmount();
    await stage.advance(1_000);
    expect(stage.server.calls[0]!.signal.aborted).toBe(true);
    expect(stage.environment.clock.pending()).toBe(0);
    expect(stage.environment.listenerCount()).toBe(0);
  });

  test('a component that comes back in time finds the same token', async () => {
    const stage = createStage();
    stage.server.script(answer());
    const view = await renderSettled(<Status stage={stage} name="route" />, stage);
    view.unmount();
    await stage.advance(500);
    await renderSettled(<Status stage={stage} name="route" />, stage);
    await stage.advance(5_000);
    expect(screen.getByText('ready')).toBeTruthy();
    expect(stage.server.calls).toHaveLength(1);
  });

  test('a selector that reads only the status does not render again at a refresh', async () => {
    const stage = createStage();
    stage.server.script(answer(100), answer(100), answer(100));
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

  test('a selector may make objects', async () => {
    const stage = createStage();
    stage.server.script(answer());
    function Pair(): ReactNode {
      const { status, error } = useRealtimeSession({ ...stage.options, key: 'pair' }, (session) => ({
        status: session.status,
        error: 'error' in session ? session.error : undefined,
      }));
      return <p>{`${status} ${String(error)}`}</p>;
    }
    await renderSettled(<Pair />, stage);
    expect(screen.getByText('ready undefined')).toBeTruthy();
  });

  test('functions keep their identity through every state', async () => {
    const stage = createStage();
    const seen = new Set<unknown>();
    function Grab(): ReactNode {
      const { status, ...session } = useRealtimeSession({ ...stage.options, key: 'grab' });
      seen.add(session.getToken);
      return <p>{status}</p>;
    }
    await renderSettled(<Grab />, stage);
    stage.server.calls[0]!.resolve(answer(100));
    await stage.advance(85_000);
    expect(seen.size).toBe(1);
  });

  test('a failure is shown, and heals by itself', async () => {
    const stage = createStage();
    stage.server.script(new TypeError('Failed to fetch'), answer());
    function Trouble(): ReactNode {
      const session = useRealtimeSession({ ...stage.options, key: 'trouble' });
      return <p>{`${session.status} ${'error' in session ? (session.error?.code ?? '') : ''}`}</p>;
    }
    await renderSettled(<Trouble />, stage);
    expect(screen.getByText('loading network')).toBeTruthy();
    await stage.advance(5_000);
    expect(screen.getByText('ready')).toBeTruthy();
  });

  test('an explicit manager is leased while mounted and never disposed', async () => {
    const stage = createStage();
    stage.server.script(answer());
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
  test('gives its session to hooks without arguments', async () => {
    const stage = createStage();
    stage.server.script(answer());
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

  test('two providers do not share', async () => {
    const stage = createStage();
    stage.server.script(answer(), answer());
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
  test('counts down without rendering anything else', async () => {
    const stage = createStage();
    stage.server.script(answer(100));
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
});

test('the state narrows on status, and sessions and params are inferred', () => {
  function Typed(): ReactNode {
    const session = useRealtimeSession({
      endpoint: '/mint',
      params: { voice: 'marin' },
      parse: () => ({ value: 'ek_x', session: { room: 7 } }),
    });
    expectTypeOf(session.status).toEqualTypeOf<TokenState['status']>();
    if (session.status === 'ready') expectTypeOf(session.refreshing).toEqualTypeOf<boolean>();
    expectTypeOf(session.peek()?.session?.room).toEqualTypeOf<number | undefined>();
    expectTypeOf(session.reset).parameter(0).toEqualTypeOf<{ voice: string } | undefined>();
    const status = useRealtimeSession({ endpoint: '/mint' }, (picked) => picked.status);
    expectTypeOf(status).toEqualTypeOf<TokenState['status']>();
    return null;
  }
  expect(Typed).toBeTypeOf('function');
});
