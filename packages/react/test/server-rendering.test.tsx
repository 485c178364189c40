import { act } from '@testing-library/react';
import { createManualEnvironment, createScriptedFetcher } from '@realtime-session/core/testing';
import { RealtimeSessionProvider, useRealtimeSession, useTokenRemaining } from '@realtime-session/react';
import { lazy, Suspense, useEffect, type ReactNode } from 'react';
import { hydrateRoot, type Root } from 'react-dom/client';
import { renderToString } from 'react-dom/server';
import { describe, expect, onTestFinished, test } from 'vitest';
import { tokenResponse } from './support.tsx';

function Status(): ReactNode {
  return <p>{useRealtimeSession().status}</p>;
}

test('a server renders idle, and starts no timer, listener or request', () => {
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

test('an initial token is rendered by the server, hydrates without a warning, and saves a mint', async () => {
  const environment = createManualEnvironment();
  const server = createScriptedFetcher();
  const app = (
    <RealtimeSessionProvider
      options={{ fetchToken: server.fetchToken, environment, initialToken: tokenResponse(600) }}
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

/** Puts the server's HTML on the page and hydrates it. A recoverable error of React fails the test. */
async function hydrate(html: string, page: ReactNode) {
  const container = document.body.appendChild(document.createElement('div'));
  container.innerHTML = html;
  const recovered: unknown[] = [];
  const root = await act(() =>
    Promise.resolve(hydrateRoot(container, page, { onRecoverableError: (error) => recovered.push(error) })),
  );
  onTestFinished(() => {
    act(() => root.unmount());
    container.remove();
    expect(recovered).toEqual([]);
  });
  return container;
}

let stages = 0;

describe.each([
  ['in a provider', true],
  ['without a provider', false],
])('%s', (_name, isProvided) => {
  /** Creates the same page for the server and the browser. Only the browser uses the page's registry. */
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

  test('hydrates an initial token as the server rendered it, then counts down', async () => {
    const { environment, server, html, page } = createApp(tokenResponse(600));
    expect(html).toBe('<p>ready ready unknown</p>');
    const container = await hydrate(html, page);
    await act(() => environment.clock.advance(1));
    expect(container.innerHTML).toBe('<p>ready ready 600000</p>');
    expect(server.calls).toHaveLength(0);
  });

  test('hydrates as idle without an initial token, then mints once', async () => {
    const { environment, server, html, page } = createApp();
    server.script(tokenResponse(600));
    expect(html).toBe('<p>idle idle unknown</p>');
    const container = await hydrate(html, page);
    await act(() => environment.clock.advance(0));
    expect(container.innerHTML).toMatch(/^<p>ready ready /);
    expect(server.calls).toHaveLength(1);
  });
});

test('a part that hydrates late, after signing out, hydrates without a mismatch and then shows the current state', async () => {
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
      options={{ fetchToken: server.fetchToken, environment, initialToken: tokenResponse(600) }}
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
  server.calls[0]!.resolve(tokenResponse(600));
  await act(() => environment.clock.advance(0));
  expect(container.textContent).toBe('ready');
});

test('a hook without options or provider throws an error that names both', () => {
  expect(() => renderToString(<Status />)).toThrow(/RealtimeSessionProvider/);
});

test('an option out of range throws while rendering, with its name', () => {
  function InvalidOptions(): ReactNode {
    return useRealtimeSession({ endpoint: '/mint', lead: { ratio: 9 } }).status;
  }
  expect(() => renderToString(<InvalidOptions />)).toThrow(/Bad option: lead\.ratio/);
});

test('a provider without a session throws an error that names what to pass', () => {
  expect(() => renderToString(<RealtimeSessionProvider />)).toThrow(/needs a manager or options/);
});
