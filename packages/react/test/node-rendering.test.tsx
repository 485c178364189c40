// @vitest-environment node
import { createTokenManager } from '@realtime-session/core';
import { createManualEnvironment, createScriptedFetcher } from '@realtime-session/core/testing';
import {
  RealtimeSessionProvider,
  useRealtimeSession,
  useRealtimeToken,
  useTokenRemaining,
  type SelectableSession,
} from '@realtime-session/react';
import { useRealtimeConnection } from '@realtime-session/react/webrtc';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { lazy, Suspense, type ComponentType, type ReactNode } from 'react';
import { renderToPipeableStream, renderToString } from 'react-dom/server';
import { afterEach, expect, test, vi } from 'vitest';

const withToken = ({ status, peek }: SelectableSession): { status: string; token: string } => ({
  status,
  token: peek()?.value ?? '-',
});

const consoleError = vi.spyOn(console, 'error');

afterEach(() => {
  expect(consoleError.mock.calls).toEqual([]);
});

function createServerStage() {
  const environment = createManualEnvironment();
  const server = createScriptedFetcher();
  const options = { fetchToken: server.fetchToken, environment };
  const started = (): number[] => [
    server.calls.length,
    environment.clock.pending(),
    environment.listenerCount(),
  ];
  return { options, started };
}

test('a server without a DOM renders idle and starts nothing', () => {
  const stage = createServerStage();
  function Status(): ReactNode {
    const { status } = useRealtimeSession({ ...stage.options, key: 'same' });
    return `${status} ${String(useTokenRemaining(1_000, { ...stage.options, key: 'same' }))}`;
  }
  expect(typeof document).toBe('undefined');
  expect(renderToString(<Status />)).toBe('idle undefined');
  expect(stage.started()).toEqual([0, 0, 0]);
});

test('a server without a DOM renders a connection as idle and starts nothing', () => {
  const stage = createServerStage();
  const manager = createTokenManager(stage.options);
  function Button(): ReactNode {
    const own = useRealtimeConnection({ ...stage.options, key: 'same' });
    const nearest = useRealtimeConnection(undefined, undefined, ({ status }) => status);
    const ofManager = useRealtimeConnection(manager);
    return `${own.status} ${nearest} ${ofManager.status}`;
  }
  const page = (
    <RealtimeSessionProvider options={stage.options}>
      <Button />
    </RealtimeSessionProvider>
  );
  expect(renderToString(page)).toBe('idle idle idle');
  expect(stage.started()).toEqual([0, 0, 0]);
});

test('two requests with the same key share nothing', () => {
  const stage = createServerStage();
  function Status({ token }: { token?: string }): ReactNode {
    const initialToken = token === undefined ? undefined : { value: token, expires_in: 600 };
    const session = useRealtimeSession({ ...stage.options, key: 'same', initialToken }, withToken);
    return `${session.status} ${session.token}`;
  }
  const inProvider = (element: ReactNode): ReactNode => (
    <RealtimeSessionProvider options={stage.options}>{element}</RealtimeSessionProvider>
  );
  expect(renderToString(<Status token="ek_ann" />)).toBe('ready ek_ann');
  expect(renderToString(<Status />)).toBe('idle -');
  expect(renderToString(inProvider(<Status token="ek_ann" />))).toBe('ready ek_ann');
  expect(renderToString(inProvider(<Status />))).toBe('idle -');
  expect(stage.started()).toEqual([0, 0, 0]);
});

/** Streams as a server does. Any error fails the test. */
function stream(element: ReactNode): Promise<string> {
  const out = new PassThrough();
  const { pipe } = renderToPipeableStream(element, { onError: (error) => void out.destroy(error as Error) });
  pipe(out);
  return text(out);
}

interface Visitor {
  readonly token: string;
}

/** A part of the page that loads later. */
function createLater() {
  let arrive: (part: { default: ComponentType<Visitor> }) => void = () => undefined;
  const Later = lazy(() => new Promise<{ default: ComponentType<Visitor> }>((resolve) => (arrive = resolve)));
  return { Later, arrive: (part: ComponentType<Visitor>) => arrive({ default: part }) };
}

test('two requests that stream at the same time share nothing and start nothing', async () => {
  const stage = createServerStage();
  function Status({ token }: Visitor): ReactNode {
    const options = { ...stage.options, key: 'same', initialToken: { value: token, expires_in: 600 } };
    const { status, token: value } = useRealtimeSession(options, withToken);
    return (
      <p>{`${status} ${value} ${useRealtimeToken(options)?.value} ${String(useTokenRemaining(1_000, options))}`}</p>
    );
  }
  const page = (token: string, Later: ComponentType<Visitor>): ReactNode => (
    <main>
      <Status token={token} />
      <Suspense fallback="wait">
        <Later token={token} />
      </Suspense>
    </main>
  );
  const later = [createLater(), createLater()] as const;
  const [ann, bob] = ['ek_ann', 'ek_bob'].map((token, index) => stream(page(token, later[index]!.Later)));
  await new Promise((resolve) => setImmediate(resolve));
  later[1].arrive(Status);
  later[0].arrive(Status);
  const shown = (html = ''): (string | undefined)[] =>
    [...html.matchAll(/<p>(.*?)<\/p>/g)].map(([, line]) => line);
  expect(shown(await ann)).toEqual(Array(2).fill('ready ek_ann ek_ann undefined'));
  expect(shown(await bob)).toEqual(Array(2).fill('ready ek_bob ek_bob undefined'));
  expect(stage.started()).toEqual([0, 0, 0]);
});

test('a server with the default environment keeps no timer or listener', () => {
  function Status(): ReactNode {
    const { status } = useRealtimeSession({
      endpoint: '/other',
      initialToken: { value: 'ek_x', expires_in: 600 },
    });
    const shared = useRealtimeSession(undefined, (session) => session.status);
    return `${status} ${shared} ${String(useTokenRemaining())}`;
  }
  const before = process.getActiveResourcesInfo().sort();
  const html = renderToString(
    <RealtimeSessionProvider options={{ endpoint: '/mint' }}>
      <Status />
    </RealtimeSessionProvider>,
  );
  expect(html).toBe('ready idle undefined');
  expect(process.getActiveResourcesInfo().sort()).toEqual(before);
});
