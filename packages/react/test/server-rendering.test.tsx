import { act } from '@testing-library/react';
import { createManualEnvironment, createScriptedFetcher } from '@realtime-session/core/testing';
import { RealtimeSessionProvider, useRealtimeSession } from '@realtime-session/react';
import type { ReactNode } from 'react';
import { hydrateRoot, type Root } from 'react-dom/client';
import { renderToString } from 'react-dom/server';
import { expect, test } from 'vitest';
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

test('a hook without options or provider says what is missing', () => {
  expect(() => renderToString(<Status />)).toThrow(/RealtimeSessionProvider/);
});
