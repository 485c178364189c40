import {
  createManualClock,
  createManualEnvironment,
  createScriptedFetcher,
} from '@realtime-session/core/testing';
import { useRealtimeSession, useRealtimeToken, useTokenRemaining } from '@realtime-session/react';
import { act } from '@testing-library/react';
import { lazy, Suspense, type ReactNode } from 'react';
import { hydrateRoot } from 'react-dom/client';
import { renderToString } from 'react-dom/server';
import { describe, expect, onTestFinished, test } from 'vitest';
import './support.tsx';

const SERVER_MS = 1_800_000_000_000;
const EXPIRES_AT_S = SERVER_MS / 1_000 + 600;
const HOUR_MS = 3_600_000;

let pages = 0;

/** Creates the same page for a server and for a browser whose clock differs by `skewMs`. */
function createPage(initialToken: unknown, skewMs: number) {
  pages += 1;
  const key = `hydrated ${pages}`;
  const server = createScriptedFetcher();
  const environment = createManualEnvironment(createManualClock(SERVER_MS + skewMs));
  /** Shows everything that a page can show of a session. */
  function createSession(side: string, clock: typeof environment) {
    return function Session(): ReactNode {
      const options = {
        key: `${key} ${side}`,
        fetchToken: server.fetchToken,
        environment: clock,
        initialToken,
      };
      const session = { ...useRealtimeSession(options) };
      const picked = useRealtimeSession(options, ({ peek }) => peek()?.value);
      const token = useRealtimeToken(options);
      const remainingMs = useTokenRemaining(1_000, options);
      const data = Object.entries(session).filter(([, value]) => typeof value !== 'function');
      const shown = [data, picked, token?.value, token?.expiresAtMs, remainingMs];
      return <p data-status={session.status}>{JSON.stringify(shown)}</p>;
    };
  }
  const serverEnvironment = createManualEnvironment(createManualClock(SERVER_MS));
  return {
    server,
    environment,
    OnServer: createSession('server', serverEnvironment),
    InBrowser: createSession('browser', environment),
  };
}

/** Hydrates the server's HTML. A mismatch makes React report a recoverable error, which fails the test. */
async function hydrate(html: string, page: ReactNode): Promise<HTMLElement> {
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

const tokens: [string, object][] = [
  ['expires_at', { expires_at: EXPIRES_AT_S }],
  ['expires_in', { expires_in: 600 }],
  ['both', { expires_at: EXPIRES_AT_S, expires_in: 600 }],
];
const clocks: [string, number][] = [
  ['right', 0],
  ['two hours ahead', 2 * HOUR_MS],
  ['two hours behind', -2 * HOUR_MS],
];

describe.each(tokens)('a page with an initial token that has %s', (kind, expiry) => {
  test.each(clocks)('hydrates as the server rendered it when the clock is %s', async (_name, skewMs) => {
    const { server, environment, OnServer, InBrowser } = createPage({ value: 'ek_page', ...expiry }, skewMs);
    const html = renderToString(<OnServer />);
    expect(html).toContain('data-status="ready"');
    const container = await hydrate(html, <InBrowser />);
    await act(() => environment.clock.advance(1));
    // The truth follows: by `expires_at`, the token of a page whose clock is ahead has expired.
    const isExpired = skewMs > 0 && kind !== 'expires_in';
    expect(container.querySelector('p')?.dataset['status']).toBe(isExpired ? 'loading' : 'ready');
    expect(server.calls).toHaveLength(isExpired ? 1 : 0);
  });

  test.each(clocks)('hydrates a late part without a mismatch when the clock is %s', async (_name, skewMs) => {
    const { environment, OnServer, InBrowser } = createPage({ value: 'ek_page', ...expiry }, skewMs);
    let arrive = (): void => undefined;
    const Late = lazy(
      () =>
        new Promise<{ default: typeof InBrowser }>((resolve) => {
          arrive = () => resolve({ default: InBrowser });
        }),
    );
    const page = (First: typeof InBrowser, Second: typeof InBrowser | typeof Late): ReactNode => (
      <>
        <First />
        <Suspense fallback="wait">
          <Second />
        </Suspense>
      </>
    );
    const html = renderToString(page(OnServer, OnServer));
    const container = await hydrate(html, page(InBrowser, Late));
    await act(() => environment.clock.advance(1));
    await act(async () => {
      arrive();
      await environment.clock.advance(2_000);
    });
    // Each countdown started at its own time.
    const [first, second] = [...container.querySelectorAll('p')].map(({ textContent }) =>
      (JSON.parse(textContent) as unknown[]).slice(0, -1),
    );
    expect(second).toEqual(first);
  });
});

test('counts expires_in alone from the start of the page', async () => {
  const { environment, OnServer, InBrowser } = createPage({ value: 'ek_page', expires_in: 600 }, 0);
  const html = renderToString(<OnServer />);
  await environment.clock.advance(60_000);
  const container = await hydrate(html, <InBrowser />);
  await act(() => environment.clock.advance(1));
  expect(container.textContent).toMatch(/540000\]$/);
});
