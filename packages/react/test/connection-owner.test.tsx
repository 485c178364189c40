import { createTokenManager, type TokenManager } from '@realtime-session/core';
import { useRealtimeSession, type UseRealtimeSessionResult } from '@realtime-session/react';
import { useRealtimeConnection, type UseRealtimeConnectionResult } from '@realtime-session/react/webrtc';
import { render, screen } from '@testing-library/react';
import {
  Fragment,
  StrictMode,
  Suspense,
  useEffect,
  useInsertionEffect,
  useLayoutEffect,
  type ReactNode,
} from 'react';
import { describe, expect, test } from 'vitest';
import { createBrowser } from './connection-platform.ts';
import { createStage, flushPromises, renderSettled, tokenResponse } from './support.tsx';

type Browser = ReturnType<typeof createBrowser>;
type Stage = ReturnType<typeof createStage>;

const createTokens = (value = 'ek_1') =>
  createTokenManager({ fetchToken: () => ({ value, expires_in: 600 }) });
const modes = [
  ['without StrictMode', Fragment],
  ['under StrictMode', StrictMode],
] as const;

/** Creates a component with a call, and a function that returns what its hook returned last. */
function createCall(browser: Browser, source = createTokens()) {
  let latest: UseRealtimeConnectionResult | undefined;
  function Call({
    children,
  }: {
    children?: (connection: UseRealtimeConnectionResult) => ReactNode;
  }): ReactNode {
    const connection = useRealtimeConnection(source, { platform: browser.platform });
    useInsertionEffect(() => void (latest = connection));
    return (
      <>
        <p>{connection.status}</p>
        {children?.(connection)}
      </>
    );
  }
  return { Call, connection: () => latest! };
}

interface ChildProps {
  readonly connection: UseRealtimeConnectionResult;
}

describe.each(modes)('connect() of a component that is gone, %s', (_name, Mode) => {
  test('rejects with `closed` and opens nothing', async () => {
    const browser = createBrowser({ api: 'answers' });
    const { Call, connection } = createCall(browser);
    const view = render(<Mode children={<Call />} />);
    view.unmount();
    await expect(connection().connect()).rejects.toMatchObject({ name: 'ConnectionError', code: 'closed' });
    await flushPromises();
    await expect(connection().connect()).rejects.toMatchObject({ code: 'closed' });
    await expect(connection().setMicrophone({})).rejects.toMatchObject({ code: 'closed' });
    await flushPromises();
    expect([browser.prompts(), browser.offers]).toEqual([0, []]);
  });

  test('causes no unhandled rejection without a handler', async () => {
    const { Call, connection } = createCall(createBrowser());
    const view = render(<Mode children={<Call />} />);
    view.unmount();
    void connection().connect();
    await flushPromises();
  });

  test('opens nothing in the middle of unmounting', async () => {
    const browser = createBrowser({ api: 'answers' });
    const { Call } = createCall(browser);
    let isClosing = false;
    function Child({ connection: { connect } }: ChildProps): ReactNode {
      useEffect(() => () => void (isClosing && connect()), [connect]);
      useLayoutEffect(() => () => void (isClosing && connect()), [connect]);
      return null;
    }
    const view = render(<Mode children={<Call>{(connection) => <Child connection={connection} />}</Call>} />);
    isClosing = true;
    view.unmount();
    await flushPromises();
    expect(browser.prompts()).toBe(0);
  });
});

describe.each(modes)('a component behind a Suspense fallback, %s', (_name, Mode) => {
  /** Creates a page in which a sibling of the call can suspend and load. */
  function createPage(browser: Browser) {
    const { Call, connection } = createCall(browser);
    let loading: Promise<void> | undefined;
    let load = (): void => undefined;
    function Sibling(): ReactNode {
      if (loading) throw loading; // eslint-disable-line @typescript-eslint/only-throw-error -- how a component suspends in React 18 and 19
      return null;
    }
    const page = (): ReactNode => (
      <Mode>
        <Suspense fallback="wait">
          <Call />
          <Sibling />
        </Suspense>
      </Mode>
    );
    const view = render(page());
    return {
      view,
      connection,
      suspend: () => {
        loading = new Promise((resolve) => (load = resolve));
        view.rerender(page());
      },
      reveal: () =>
        flushPromises(() => {
          loading = undefined;
          load();
        }),
    };
  }

  test('keeps its call', async () => {
    const browser = createBrowser({ api: 'answers' });
    const { view, connection, suspend, reveal } = createPage(browser);
    await flushPromises(() => connection().connect());
    suspend();
    await flushPromises();
    expect(view.container.textContent).toContain('wait');
    expect([browser.liveMicrophones(), browser.openCalls()]).toEqual([1, 1]);
    await reveal();
    expect(view.container.textContent).toBe('connected');
    expect([browser.prompts(), browser.liveMicrophones(), browser.openCalls()]).toEqual([1, 1, 1]);
    view.unmount();
    await flushPromises();
    expect([browser.liveMicrophones(), browser.openCalls()]).toEqual([0, 0]);
  });

  test('connects when it is shown again, unless it was closed', async () => {
    const browser = createBrowser({ api: 'answers' });
    const { connection, suspend, reveal } = createPage(browser);
    suspend();
    const outcomes: unknown[] = [];
    const record = (name: string): void =>
      void connection()
        .connect()
        .then(
          () => outcomes.push(name),
          (error: unknown) => outcomes.push([name, (error as { code: string }).code]),
        );
    record('first');
    connection().close();
    record('second');
    await flushPromises();
    expect([browser.prompts(), outcomes]).toEqual([0, [['first', 'closed']]]);
    await reveal();
    expect(outcomes).toEqual([['first', 'closed'], 'second']);
    expect(browser.openCalls()).toBe(1);
  });

  test('rejects a waiting connect() when it unmounts', async () => {
    const browser = createBrowser({ api: 'answers' });
    const { view, connection, suspend } = createPage(browser);
    suspend();
    let outcome: unknown;
    await flushPromises(() =>
      connection()
        .connect()
        .catch((error: unknown) => (outcome = error)),
    );
    view.unmount();
    await flushPromises();
    expect(outcome).toMatchObject({ code: 'closed' });
    expect(browser.prompts()).toBe(0);
  });
});

test('a pending connect() rejects with `closed` when its component unmounts', async () => {
  const browser = createBrowser();
  const { Call, connection } = createCall(browser);
  const view = render(<Call />);
  let outcome: unknown;
  await flushPromises(() =>
    connection()
      .connect()
      .catch((error: unknown) => (outcome = error)),
  );
  view.unmount();
  await flushPromises();
  expect(outcome).toMatchObject({ code: 'closed' });
  expect([browser.liveMicrophones(), browser.openCalls()]).toEqual([0, 0]);
});

describe.each(modes)('connect() in an effect, %s', (_name, Mode) => {
  test.each([
    ['an effect', useEffect],
    ['a layout effect', useLayoutEffect],
  ])(
    'opens one call from %s of the component or of a child, and asks for the microphone once',
    async (_kind, use) => {
      for (const place of ['own', 'child']) {
        const browser = createBrowser({ api: 'answers' });
        const source = createTokens();
        const useConnect = ({ connect }: UseRealtimeConnectionResult): void =>
          use(() => void connect().catch(() => undefined), [connect]);
        function Child({ connection }: ChildProps): ReactNode {
          useConnect(connection);
          return null;
        }
        function Own(): ReactNode {
          const connection = useRealtimeConnection(source, { platform: browser.platform });
          useConnect(connection);
          return connection.status;
        }
        const { Call } = createCall(browser);
        const page =
          place === 'own' ? <Own /> : <Call>{(connection) => <Child connection={connection} />}</Call>;
        const view = render(<Mode children={page} />);
        await flushPromises();
        expect(view.container.textContent).toBe('connected');
        expect([browser.prompts(), browser.offers.length, browser.openCalls()]).toEqual([1, 1, 1]);
        view.unmount();
        await flushPromises();
        expect([browser.liveMicrophones(), browser.openCalls()]).toEqual([0, 0]);
      }
    },
  );

  test('asks for the microphone once when the effect also closes', async () => {
    const browser = createBrowser({ api: 'answers' });
    const { Call } = createCall(browser);
    function Child({ connection: { connect, close } }: ChildProps): ReactNode {
      useEffect(() => {
        connect().catch(() => undefined);
        return close;
      }, [connect, close]);
      return null;
    }
    const view = render(<Mode children={<Call>{(connection) => <Child connection={connection} />}</Call>} />);
    await flushPromises();
    expect(view.container.textContent).toBe('connected');
    expect([browser.prompts(), browser.offers.length, browser.openCalls()]).toEqual([1, 1, 1]);
  });
});

describe.each(modes)('in the commit in which the token source changes, %s', (_name, Mode) => {
  /** Creates a page that shows the call of a user. `onChange` runs in an effect of a child in the commit that shows another user. */
  function createPage(use: typeof useEffect, onChange: (connection: UseRealtimeConnectionResult) => void) {
    const browser = createBrowser({ api: 'answers' });
    const sources = { ann: createTokens('ek_ann'), bob: createTokens('ek_bob') };
    let latest: UseRealtimeConnectionResult | undefined;
    function Child({ user, connection }: ChildProps & { user: string }): ReactNode {
      use(() => {
        if (user === 'bob') onChange(connection);
      }, [user]);
      return null;
    }
    function Call({ user }: { user: 'ann' | 'bob' }): ReactNode {
      const connection = useRealtimeConnection(sources[user], { platform: browser.platform });
      useInsertionEffect(() => void (latest = connection));
      return (
        <>
          <p>{connection.status}</p>
          <Child user={user} connection={connection} />
        </>
      );
    }
    const page = (user: 'ann' | 'bob'): ReactNode => <Mode children={<Call user={user} />} />;
    return {
      browser,
      start: async () => {
        const view = render(page('ann'));
        await flushPromises(() => latest!.connect());
        expect(screen.getByText('connected')).toBeTruthy();
        return view;
      },
      page,
    };
  }

  test.each([
    ['layout effect', useLayoutEffect],
    ['effect', useEffect],
  ])('a child’s %s cannot send into the previous call', async (_kind, use) => {
    const outcomes: unknown[] = [];
    const { browser, start, page } = createPage(use, ({ send }) => {
      try {
        send({ type: 'response.create' });
      } catch (error) {
        outcomes.push(error);
      }
    });
    const view = await start();
    view.rerender(page('bob'));
    await flushPromises();
    expect(browser.sent()).toEqual([[]]);
    expect(outcomes[0]).toMatchObject({ name: 'ConnectionError', code: 'closed' });
    expect(view.container.textContent).toBe('closed');
    expect([browser.liveMicrophones(), browser.openCalls()]).toEqual([0, 0]);
  });

  test.each([
    ['layout effect', useLayoutEffect],
    ['effect', useEffect],
  ])('connect() in a child’s %s opens a call with the new token', async (_kind, use) => {
    const { browser, start, page } = createPage(use, ({ connect }) => void connect());
    const view = await start();
    view.rerender(page('bob'));
    await flushPromises();
    expect(view.container.textContent).toBe('connected');
    expect(browser.offers.map((offer) => offer.split(' ')[1])).toEqual(['ek_ann', 'ek_bob']);
    expect(browser.microphones()).toEqual(['ended', 'live']);
    expect(browser.openCalls()).toBe(1);
  });
});

describe('signing out', () => {
  test.each([
    ['the session’s reset()', (session: UseRealtimeSessionResult) => session.reset()],
    [
      'reset() of its manager',
      (_session: UseRealtimeSessionResult, manager: TokenManager) => manager.reset(),
    ],
    ['dispose()', (_session: UseRealtimeSessionResult, manager: TokenManager) => manager.dispose()],
  ])('by %s ends every call made with the session, and none reconnects', async (_name, signOut) => {
    const browser = createBrowser({ api: 'answers' });
    const manager = createTokens();
    let session: UseRealtimeSessionResult | undefined;
    function Page(): ReactNode {
      const ofManager = useRealtimeSession(manager);
      const options = { platform: browser.platform, reconnectLimit: 8 };
      const calls = [useRealtimeConnection(ofManager, options), useRealtimeConnection(manager, options)];
      useInsertionEffect(() => void (session = ofManager));
      return calls.map(({ status, connect }, index) => (
        <button key={index} onClick={() => void connect()}>
          {status}
        </button>
      ));
    }
    render(<Page />);
    await flushPromises(() => screen.getAllByText('idle').forEach((button) => button.click()));
    expect([screen.getAllByText('connected').length, browser.liveMicrophones()]).toEqual([2, 2]);
    await flushPromises(() => signOut(session!, manager));
    expect(screen.getAllByText('closed')).toHaveLength(2);
    expect([browser.liveMicrophones(), browser.openCalls(), browser.offers.length]).toEqual([0, 0, 2]);
  });

  test.each([
    ['under the name of the session', (stage: Stage) => ({ ...stage.options, key: stage.name })],
    ['in a store of its own', (stage: Stage) => stage.options],
  ])('ends a call that is waiting or open, %s', async (_name, toSource) => {
    for (const api of ['waits', 'answers'] as const) {
      const stage = createStage();
      stage.server.script(tokenResponse(), tokenResponse());
      const browser = createBrowser({ api });
      let session: UseRealtimeSessionResult | undefined;
      let outcome: unknown;
      function Page(): ReactNode {
        const own = useRealtimeSession(toSource(stage));
        const { status, connect } = useRealtimeConnection(own, { platform: browser.platform });
        useInsertionEffect(() => void (session = own));
        return (
          <button onClick={() => void connect().catch((error: unknown) => (outcome = error))}>
            {status}
          </button>
        );
      }
      const view = await renderSettled(<Page />, stage);
      await flushPromises(() => screen.getByRole('button').click());
      await flushPromises(() => session!.reset());
      expect(screen.getByText('closed')).toBeTruthy();
      expect([browser.liveMicrophones(), browser.openCalls()]).toEqual([0, 0]);
      if (api === 'waits') expect(outcome).toMatchObject({ code: 'closed' });
      view.unmount();
    }
  });

  test('ends a call from options when another component resets the same session', async () => {
    const stage = createStage();
    stage.server.script(tokenResponse(), tokenResponse());
    const browser = createBrowser({ api: 'answers' });
    const source = { ...stage.options, key: stage.name };
    function Call(): ReactNode {
      const { status, connect } = useRealtimeConnection(source, { platform: browser.platform });
      return <button onClick={() => void connect()}>{status}</button>;
    }
    function SignOut(): ReactNode {
      const { reset } = useRealtimeSession(source);
      return <button onClick={() => reset()}>sign out</button>;
    }
    await renderSettled([<Call key="call" />, <SignOut key="out" />], stage);
    await flushPromises(() => screen.getByText('idle').click());
    expect(screen.getByText('connected')).toBeTruthy();
    await flushPromises(() => screen.getByText('sign out').click());
    expect(screen.getByText('closed')).toBeTruthy();
    expect(browser.liveMicrophones()).toBe(0);
  });
});

describe('an effect that connects again whenever the call has failed', () => {
  test.each([
    ['the microphone is denied', { permission: 'denied' }],
    ['the API fails', { api: 'refuses' }],
  ] as const)('makes few attempts when %s', async (_name, init) => {
    const stage = createStage();
    const browser = createBrowser({ ...init, environment: stage.environment });
    const tokens = createTokens();
    function Call(): ReactNode {
      const { status, connect } = useRealtimeConnection(tokens, { platform: browser.platform });
      useEffect(() => {
        if (status !== 'connected') void connect().catch(() => undefined);
      }, [status, connect]);
      return status;
    }
    const view = await renderSettled(<StrictMode children={<Call />} />, stage);
    for (let second = 0; second < 5; second += 1) await stage.advance(1_000);
    await flushPromises();
    expect(browser.prompts()).toBeGreaterThanOrEqual(2);
    expect(browser.prompts()).toBeLessThanOrEqual(5);
    view.unmount();
    await flushPromises();
    const prompts = browser.prompts();
    await stage.advance(60_000);
    expect(browser.prompts()).toBe(prompts);
    expect(browser.liveMicrophones()).toBe(0);
  });
});
