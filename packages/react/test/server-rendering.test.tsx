import { act } from '@testing-library/react';
import { createManualEnvironment, createScriptedFetcher } from '@realtime-session/core/testing';
import { RealtimeSessionProvider, useRealtimeSession, useTokenRemaining } from '@realtime-session/react';
import { lazy, Suspense, useEffect, type ReactNode } from 'react';
import { hydrateRoot, type Root } from 'react-dom/client';
import { renderToString } from 'react-dom/server';
import { describe, expect, onTestFinished, test } from 'vitest';
import { answer } from './support.tsx';

function Status(): ReactNode {
  return <p>{useRealtimeSession().status}</p>;
}

test('a server renders idle, and starts no timer, listener or call', () => {
  const environment = createManualEnvironment();
  const server = createScriptedFetcher();
  const html = renderToString(
    <RealtimeSessionProvider options={{ fetchToken: server.fetchToken, environment }}>
      <Status />
    </RealtimeSessionProvider>,
  );
  expect(html).toBe('<p>idle</p>');
  expect([server.calls.length, environment.clock.pending(), environment.listenerCount()]).toEqual([0, 0, 0]);
});

test('an initial token is rendered by the server, hydrated without a warning, and saves the mint', async () => {
  const environment = createManualEnvironment();
  const server = createScriptedFetcher();
  const app = (
    <RealtimeSessionProvider
      options={{ fetchToken: server.fetchToken, environment, initialToken: answer(600) }}
    >
      <Status />
    </RealtimeSessionProvider>
  );
  const container = document.createElement('div');
  container.innerHTML = renderToString(app);
  expect(container.innerHTML).toBe('<p>ready</p>');
  let root: Root | undefined;
  act(() => {
    root = hydrateRoot(container, app);
  });
  await act(() => environment.clock.advance(5_000));
  expect(container.innerHTML).toBe('<p>ready</p>');
  expect(server.calls).toHaveLength(0);
  act(() => root?.unmount());
});

/** What the server sent, in the page, and the page coming to life in it. What React has to repair fails the test. */
async function hydrate(html: string, page: ReactNode) {
  const container = document.body.appendChild(document.createElement('div'));
  container.innerHTML = html;
  const repaired: unknown[] = [];
  const root = await act(() =>
    Promise.resolve(hydrateRoot(container, page, { onRecoverableError: (error) => repaired.push(error) })),
  );
  onTestFinished(() => {
    act(() => root.unmount());
    container.remove();
    expect(repaired).toEqual([]);
  });
  return container;
}

let stages = 0;

describe.each([
  ['in a provider', true],
  ['without one', false],
])('%s', (_name, isProvided) => {
  /** The same page for both sides; the page's registry is the browser's alone. */
  function createApp(initialToken?: unknown) {
    const environment = createManualEnvironment();
    const server = createScriptedFetcher();
    const options = { fetchToken: server.fetchToken, environment, initialToken };
    stages += 1;
    const name = `hydrated ${stages}`;
    function Everything({ side }: { side: string }): ReactNode {
      const source = isProvided ? undefined : { ...options, key: `${name} ${side}` };
      const { status } = useRealtimeSession(source);
      const picked = useRealtimeSession(source, (session) => session.status);
      return <p>{`${status} ${picked} ${String(useTokenRemaining(1_000, source) ?? 'unknown')}`}</p>;
    }
    const page = (side: string): ReactNode =>
      isProvided ? (
        <RealtimeSessionProvider options={options}>
          <Everything side={side} />
        </RealtimeSessionProvider>
      ) : (
        <Everything side={side} />
      );
    return { environment, server, html: renderToString(page('server')), page: page('browser') };
  }

  test('an initial token hydrates as the server rendered it, then counts down', async () => {
    const { environment, server, html, page } = createApp(answer(600));
    expect(html).toBe('<p>ready ready unknown</p>');
    const container = await hydrate(html, page);
    await act(() => environment.clock.advance(1));
    expect(container.innerHTML).toBe('<p>ready ready 600000</p>');
    expect(server.calls).toHaveLength(0);
  });

  test('without one it hydrates as idle, then mints once', async () => {
    const { environment, server, html, page } = createApp();
    server.script(answer(600));
    expect(html).toBe('<p>idle idle unknown</p>');
    const container = await hydrate(html, page);
    await act(() => environment.clock.advance(0));
    expect(container.innerHTML).toMatch(/^<p>ready ready /);
    expect(server.calls).toHaveLength(1);
  });
});

test('a part that is hydrated late, after signing out, hydrates without repair and shows what is true', async () => {
  const environment = createManualEnvironment();
  const server = createScriptedFetcher();
  let signOut = (): void => undefined;
  function Button(): ReactNode {
    const { reset } = useRealtimeSession();
    useEffect(() => {
      signOut = reset;
    }, [reset]);
    return null;
  }
  let arrive = (): void => undefined;
  const LateStatus = lazy(
    () =>
      new Promise<{ default: typeof Status }>((resolve) => {
        arrive = () => resolve({ default: Status });
      }),
  );
  const page = (Part: typeof Status | typeof LateStatus): ReactNode => (
    <RealtimeSessionProvider
      options={{ fetchToken: server.fetchToken, environment, initialToken: answer(600) }}
    >
      <Button />
      <Suspense fallback="wait">
        <Part />
      </Suspense>
    </RealtimeSessionProvider>
  );
  const html = renderToString(page(Status));
  expect(html).toContain('ready');
  const container = await hydrate(html, page(LateStatus));
  act(() => signOut());
  await act(async () => {
    arrive();
    await environment.clock.advance(0);
  });
  expect(container.textContent).toBe('loading');
  server.calls[0]!.resolve(answer(600));
  await act(() => environment.clock.advance(0));
  expect(container.textContent).toBe('ready');
});

test('a hook without options or provider says what is missing', () => {
  expect(() => renderToString(<Status />)).toThrow(/RealtimeSessionProvider/);
});

test('an option out of its range is named while rendering', () => {
  function Wrong(): ReactNode {
    return useRealtimeSession({ endpoint: '/mint', lead: { ratio: 9 } }).status;
  }
  expect(() => renderToString(<Wrong />)).toThrow(/Bad option: lead\.ratio/);
});

test('a provider without a session says what is missing', () => {
  expect(() => renderToString(<RealtimeSessionProvider />)).toThrow(/needs a manager or options/);
});
