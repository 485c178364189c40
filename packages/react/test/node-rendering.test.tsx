// @vitest-environment node
import { createManualEnvironment, createScriptedFetcher } from '@realtime-session/core/testing';
import { RealtimeSessionProvider, useRealtimeSession, useTokenRemaining } from '@realtime-session/react';
import type { ReactNode } from 'react';
import { renderToString } from 'react-dom/server';
import { expect, test } from 'vitest';

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

test('a server without a page renders idle and starts nothing', () => {
  const stage = createServerStage();
  function Status(): ReactNode {
    const { status } = useRealtimeSession({ ...stage.options, key: 'same' });
    return `${status} ${String(useTokenRemaining(1_000, { ...stage.options, key: 'same' }))}`;
  }
  expect(typeof document).toBe('undefined');
  expect(renderToString(<Status />)).toBe('idle undefined');
  expect(stage.started()).toEqual([0, 0, 0]);
});

test('two requests with the same key do not meet', () => {
  const stage = createServerStage();
  function Status({ token }: { token?: string }): ReactNode {
    const initialToken = token === undefined ? undefined : { value: token, expires_in: 600 };
    const session = useRealtimeSession({ ...stage.options, key: 'same', initialToken });
    return `${session.status} ${session.peek()?.value ?? '-'}`;
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
