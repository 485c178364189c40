// @vitest-environment node
import { createManualEnvironment } from '@realtime-session/core/testing';
import { RealtimeSessionProvider, useRealtimeSession, useTokenRemaining } from '@realtime-session/react';
import { useRealtimeConnection } from '@realtime-session/react/webrtc';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { createContext, Script } from 'node:vm';
import type { ReactNode } from 'react';
import { renderToString } from 'react-dom/server.browser';
import { expect, test } from 'vitest';
import { renderPage } from './prerendered-page.tsx';

const ROOT = join(import.meta.dirname, '../../..');

const initialTokens: [string, unknown, string][] = [
  ['no initial token', undefined, 'idle'],
  ['a token with a lifetime', { value: 'ek_1', expires_in: 600 }, 'ready'],
  ['a token with an expiry', { value: 'ek_1', expires_at: 1_800_000_000 }, 'ready'],
  ['a token with both', { value: 'ek_1', expires_at: 1_800_000_000, expires_in: 600 }, 'ready'],
  ['an expired token', { value: 'ek_1', expires_at: 1_000_000_000 }, 'ready'],
  ['a token without an expiry', 'ek_1', 'ready'],
];

/** Refuses whatever Next refuses while it prerenders, and more: timers and listeners. */
function createRefusingEnvironment(): ReturnType<typeof createManualEnvironment> {
  const refuse = (name: string) => (): never => {
    throw new Error(`${name} was used while rendering`);
  };
  const environment = createManualEnvironment();
  const clock = {
    ...environment.clock,
    nowMs: refuse('nowMs'),
    monotonicMs: refuse('monotonicMs'),
    setTimer: refuse('setTimer'),
  };
  return { ...environment, clock, random: refuse('random'), onChange: refuse('onChange') };
}

test.each(initialTokens)('reads no clock of its environment with %s', (_name, initialToken, status) => {
  const options = { fetchToken: () => 'ek_x', environment: createRefusingEnvironment(), initialToken };
  function Session(): ReactNode {
    const session = useRealtimeSession(options);
    const call = useRealtimeConnection({ ...options, key: 'shared' });
    const remainingMs = useTokenRemaining(1_000, { ...options, key: 'shared' });
    return `${session.status} ${useRealtimeSession().status} ${call.status} ${String(remainingMs)}`;
  }
  const html = renderToString(
    <RealtimeSessionProvider options={options}>
      <Session />
    </RealtimeSessionProvider>,
  );
  expect(html).toBe(`${status} ${status} idle undefined`);
});

/** The part of esbuild that this test uses. tsup depends on it. */
interface Bundler {
  build(options: object): Promise<{ readonly outputFiles: readonly { readonly text: string }[] }>;
}

/** Runs the page in a realm of its own, in which clocks, randomness, timers and requests throw. */
async function runPageWithoutClock(): Promise<(props: object) => string> {
  const requireFromTsup = createRequire(createRequire(import.meta.url).resolve('tsup'));
  const { outputFiles } = await (requireFromTsup('esbuild') as Bundler).build({
    entryPoints: [join(import.meta.dirname, 'prerendered-page.tsx')],
    bundle: true,
    format: 'iife',
    globalName: 'page',
    jsx: 'automatic',
    platform: 'browser',
    define: { 'process.env.NODE_ENV': '"production"' },
    alias: {
      '@realtime-session/core': join(ROOT, 'packages/core/src/index.ts'),
      '@realtime-session/webrtc': join(ROOT, 'packages/webrtc/src/index.ts'),
      '@realtime-session/react/webrtc': join(ROOT, 'packages/react/src/webrtc.ts'),
      '@realtime-session/react': join(ROOT, 'packages/react/src/index.ts'),
    },
    write: false,
  });
  const realm = createContext({ TextEncoder, MessageChannel, AbortController, Headers, URL });
  new Script(`
    const refuse = (name) => () => { throw new Error(name + ' was used while rendering'); };
    globalThis.Date = Object.assign(refuse('Date'), { now: refuse('Date.now') });
    Math.random = refuse('Math.random');
    globalThis.performance = { now: refuse('performance.now'), get timeOrigin() { return refuse('timeOrigin')(); } };
    globalThis.crypto = { randomUUID: refuse('crypto'), getRandomValues: refuse('crypto') };
    for (const name of ['setTimeout', 'setInterval', 'setImmediate', 'queueMicrotask', 'fetch', 'addEventListener'])
      globalThis[name] = refuse(name);
    ${outputFiles[0]!.text}
    globalThis.renderPage = (props) => page.renderPage(JSON.parse(props));
  `).runInContext(realm);
  return (props) => (realm['renderPage'] as (json: string) => string)(JSON.stringify(props));
}

test('renders the same page without a clock, randomness and network as with them', async () => {
  const renderWithoutClock = await runPageWithoutClock();
  for (const [name, initialToken, status] of initialTokens) {
    const html = renderWithoutClock({ initialToken });
    expect(html, name).toBe(
      `<main><p>${status}  ${status} idle ${status} </p>${status} idle undefined</main>`,
    );
    expect(renderPage({ initialToken }), name).toBe(html);
  }
});
