import { createTokenManager } from '@realtime-session/core';
import { RealtimeSessionDevtools } from '@realtime-session/react/devtools';
import { useRealtimeConnection } from '@realtime-session/react/webrtc';
import { callRoute, createRealtimeConnection } from '@realtime-session/webrtc';
import { screen, within } from '@testing-library/react';
import { StrictMode, type ReactNode } from 'react';
import { expect, test } from 'vitest';
import { createScriptedRoute } from '../../../test/support/scripted-call-route.ts';
import { createBrowser } from './connection-platform.ts';
import { createStage, flushPromises, renderSettled } from './support.tsx';

const cardOf = (name: string | RegExp): HTMLElement => screen.getByRole('article', { name });
const label = (name: string | RegExp): string =>
  within(cardOf(name)).getByRole('img').getAttribute('aria-label') ?? '';

test('shows the connections of components with their attempts, and no secret', async () => {
  const stage = createStage();
  const browser = createBrowser({ api: 'answers' });
  const tokens = createTokenManager({ fetchToken: () => ({ value: 'ek_canary', expires_in: 600 }) });
  function Call(): ReactNode {
    const { status, connect, close } = useRealtimeConnection(tokens, { platform: browser.platform });
    return (
      <button onClick={() => (status === 'connected' ? close() : void connect())}>{`app ${status}`}</button>
    );
  }
  const page = (call: ReactNode): ReactNode => (
    <StrictMode>
      {call}
      <RealtimeSessionDevtools initially="open" clock={stage.environment.clock} />
    </StrictMode>
  );
  const view = await renderSettled(page(<Call />), stage);
  await stage.advance(1_000);
  expect(label(/^call/)).toBe('Now idle. 0 attempts, 0 calls, 0 failed.');
  await flushPromises(() => screen.getByText('app idle').click());
  expect(label(/^call/)).toBe('Now connected. 1 attempt, 1 call, 0 failed.');
  await stage.advance(2_000);
  expect(cardOf(/^call/).querySelectorAll('.rs-timeline .rs-life')).toHaveLength(1);
  await flushPromises(() => screen.getByText('app connected').click());
  expect(label(/^call/)).toBe('Now closed. 1 attempt, 1 call, 0 failed.');
  expect(document.documentElement.outerHTML).not.toContain('canary');
  view.rerender(page(null));
  await stage.advance(1_000);
  expect(label(/^call/)).toBe('Now closed. 1 attempt, 1 call, 0 failed.');
});

test('shows your own connections by name, and why they failed', async () => {
  const stage = createStage();
  const { platform } = createBrowser({ permission: 'denied' });
  const tokens = createTokenManager({ fetchToken: () => ({ value: 'ek_canary', expires_in: 600 }) });
  const connection = createRealtimeConnection(tokens, { platform });
  await renderSettled(
    <RealtimeSessionDevtools
      initially="open"
      clock={stage.environment.clock}
      connections={{ 'my call': connection }}
    />,
    stage,
  );
  await flushPromises(() => connection.connect().catch(() => undefined));
  expect(label('my call')).toBe('Now failed: mic-denied. 1 attempt, 0 calls, 1 failed.');
  expect(cardOf('my call').querySelectorAll('.rs-timeline .rs-failed')).toHaveLength(1);
});

test('shows the time and the budget that are left, and why the server ended the call', async () => {
  const stage = createStage();
  const route = createScriptedRoute();
  route.details['budget_left'] = 0.5;
  const { platform } = createBrowser({ fetch: route.fetch, environment: stage.environment });
  const connection = createRealtimeConnection(callRoute('/api/call'), { platform });
  await renderSettled(
    <RealtimeSessionDevtools
      initially="open"
      clock={stage.environment.clock}
      connections={{ 'my call': connection }}
    />,
    stage,
  );
  await flushPromises(() => connection.connect());
  await stage.advance(1_000);
  expect(cardOf('my call').textContent).toMatch(/The server ends the call in \d+ s\. Budget left: 0\.5\./);
  route.end('call_1', 'idle');
  await stage.advance(20_000);
  expect(label('my call')).toContain('Now failed: call-ended (idle).');
  expect(cardOf('my call').textContent).not.toContain('Budget');
});

test('shows Live sessions with their number, their seconds and the reason of the end', async () => {
  const stage = createStage();
  const route = createScriptedRoute();
  route.details['api'] = 'live';
  const { platform } = createBrowser({ fetch: route.fetch, environment: stage.environment });
  const connection = createRealtimeConnection(callRoute('/api/call'), { platform });
  await renderSettled(
    <RealtimeSessionDevtools
      initially="open"
      clock={stage.environment.clock}
      connections={{ 'my call': connection }}
    />,
    stage,
  );
  await flushPromises(() => connection.connect());
  await stage.advance(7_000);
  expect(label('my call')).toBe('Now connected to Live. 1 attempt, 1 call, 0 failed.');
  expect(cardOf('my call').textContent).toContain('1 Live session, 7 s. The server ends the call in');
  await flushPromises(() => {
    connection.close();
  });
  await flushPromises(() => connection.connect());
  route.end('call_2', 'duration');
  await stage.advance(20_000);
  expect(label('my call')).toContain('Now failed: call-ended (duration).');
  const { textContent } = cardOf('my call');
  expect(textContent).toContain('2 Live sessions, 27 s.');
  await stage.advance(10_000);
  expect(cardOf('my call').textContent).toContain('2 Live sessions, 27 s.');
});
