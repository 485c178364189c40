import { render, screen } from '@testing-library/react';
import { createTokenManager, literal } from '@realtime-session/core';
import { useRealtimeSession } from '@realtime-session/react';
import { useRealtimeConnection, type UseRealtimeConnectionResult } from '@realtime-session/react/webrtc';
import { Activity, useEffect, useInsertionEffect, type ReactNode } from 'react';
import { describe, expect, test } from 'vitest';
import { createBrowser } from './connection-platform.ts';
import { tokenResponse, createStage, flushPromises, renderSettled, withToken } from './support.tsx';

type Stage = ReturnType<typeof createStage>;
type Mode = 'visible' | 'hidden';

/** Has its own inline fetcher, which every render creates again. */
function Own({ stage: { server, environment } }: { stage: Stage }): ReactNode {
  const { status } = useRealtimeSession({
    fetchToken: (request) => server.fetchToken(request),
    environment,
  });
  return <p>{status}</p>;
}

function Shared({ stage, user }: { stage: Stage; user?: string }): ReactNode {
  const session = useRealtimeSession({ ...stage.options, key: stage.name, params: { user } }, withToken);
  return <p>{`${session.status} ${session.token}`}</p>;
}

const inTab = (mode: Mode, content: ReactNode): ReactNode => <Activity mode={mode}>{content}</Activity>;

describe.each([
  ['its own store', (stage: Stage) => <Own stage={stage} />],
  ['a shared store', (stage: Stage) => <Shared stage={stage} />],
])('a hidden tree with %s', (_name, content) => {
  test('fetches nothing before it is shown, and then once', async () => {
    const stage = createStage();
    stage.server.script(tokenResponse());
    const view = await renderSettled(inTab('hidden', content(stage)), stage);
    await stage.advance(60_000);
    expect([stage.server.calls.length, stage.environment.clock.pending()]).toEqual([0, 0]);
    view.rerender(inTab('visible', content(stage)));
    await stage.advance(5_000);
    expect(screen.getByText(/^ready/)).toBeTruthy();
    expect(stage.server.calls).toHaveLength(1);
  });

  test('finds its token when it is shown again within a second', async () => {
    const stage = createStage();
    stage.server.script(tokenResponse());
    const view = await renderSettled(inTab('visible', content(stage)), stage);
    for (const mode of ['hidden', 'visible', 'hidden', 'visible'] as const) {
      view.rerender(inTab(mode, content(stage)));
      await stage.advance(900);
    }
    expect(screen.getByText(/^ready/)).toBeTruthy();
    expect(stage.server.calls).toHaveLength(1);
  });

  test('releases everything when it stays hidden, and starts again when it is shown', async () => {
    const stage = createStage();
    stage.server.script(tokenResponse(), tokenResponse());
    const view = await renderSettled(inTab('visible', content(stage)), stage);
    view.rerender(inTab('hidden', content(stage)));
    await stage.advance(60_000);
    expect([stage.environment.listenerCount(), stage.environment.clock.pending()]).toEqual([0, 0]);
    view.rerender(inTab('visible', content(stage)));
    await stage.advance(0);
    expect(screen.getByText(/^ready/)).toBeTruthy();
    expect(stage.server.calls).toHaveLength(2);
  });
});

test('a hidden tree with a shared token does not mint again', async () => {
  const stage = createStage();
  stage.server.script(tokenResponse());
  const page = (mode: Mode): ReactNode => (
    <>
      <Shared stage={stage} />
      {inTab(mode, <Shared stage={stage} />)}
    </>
  );
  const view = await renderSettled(page('visible'), stage);
  view.rerender(page('hidden'));
  await stage.advance(60_000);
  view.rerender(page('visible'));
  await stage.advance(5_000);
  expect(stage.server.calls).toHaveLength(1);
});

test('a tree that was hidden while the user changed shows nothing of the previous user', async () => {
  const stage = createStage();
  stage.server.script({ value: 'ek_ann', expires_in: 600 });
  const view = await renderSettled(inTab('visible', <Shared stage={stage} user="ann" />), stage);
  expect(screen.getByText('ready ek_ann')).toBeTruthy();
  view.rerender(inTab('hidden', <Shared stage={stage} user="ann" />));
  await stage.advance(500);
  view.rerender(inTab('hidden', <Shared stage={stage} user="bob" />));
  expect(screen.queryByText(/ann/)).toBeNull();
  view.rerender(inTab('visible', <Shared stage={stage} user="bob" />));
  expect(screen.getByText('loading -')).toBeTruthy();
  await stage.advance(0);
  expect(stage.server.calls.map(({ params }) => params)).toEqual([{ user: 'ann' }, { user: 'bob' }]);
});

test('a tree that is hidden during a call ends it, and does not call again when it is shown', async () => {
  const { platform, microphones } = createBrowser();
  const tokens = createTokenManager({ fetchToken: literal('ek_1') });
  function Voice(): ReactNode {
    const { status, connect } = useRealtimeConnection(tokens, { platform });
    return <button onClick={() => void connect().catch(() => undefined)}>{status}</button>;
  }
  const stage = createStage();
  const view = await renderSettled(inTab('visible', <Voice />), stage);
  await flushPromises(() => screen.getByRole('button').click());
  expect([screen.getByRole('button').textContent, ...microphones()]).toEqual(['connecting', 'live']);
  view.rerender(inTab('hidden', <Voice />));
  await stage.advance(0);
  expect(microphones()).toEqual(['ended']);
  view.rerender(inTab('visible', <Voice />));
  await stage.advance(0);
  expect([screen.getByRole('button').textContent, ...microphones()]).toEqual(['closed', 'ended']);
});

describe('connect() of a hidden tree', () => {
  /** Creates a component with a call, and a function that connects it from anywhere. */
  function createCall() {
    const browser = createBrowser({ api: 'answers' });
    const tokens = createTokenManager({ fetchToken: literal('ek_1') });
    let connect: UseRealtimeConnectionResult['connect'] | undefined;
    function Call(): ReactNode {
      const connection = useRealtimeConnection(tokens, { platform: browser.platform });
      useInsertionEffect(() => void (connect = connection.connect));
      return <p>{connection.status}</p>;
    }
    return { browser, Call, connect: () => connect!() };
  }

  test('rejects and opens nothing when the tree was hidden, and opens a call when it is shown again', async () => {
    const { browser, Call, connect } = createCall();
    const view = render(inTab('visible', <Call />));
    view.rerender(inTab('hidden', <Call />));
    await expect(connect()).rejects.toMatchObject({ code: 'closed' });
    await flushPromises();
    await expect(connect()).rejects.toMatchObject({ code: 'closed' });
    expect(browser.prompts()).toBe(0);
    view.rerender(inTab('visible', <Call />));
    await flushPromises(connect);
    expect(screen.getByText('connected')).toBeTruthy();
  });

  test('rejects and opens nothing before the tree is shown for the first time', async () => {
    const { browser, Call, connect } = createCall();
    const view = await renderSettled(inTab('hidden', <Call />), createStage());
    await expect(connect()).rejects.toMatchObject({ code: 'closed' });
    expect(browser.prompts()).toBe(0);
    view.rerender(inTab('visible', <Call />));
    await flushPromises(connect);
    expect(screen.getByText('connected')).toBeTruthy();
  });
});

test('an effect that connects does so each time its tree is shown, also after a long time', async () => {
  const stage = createStage();
  stage.server.script(tokenResponse(), tokenResponse());
  const browser = createBrowser({ api: 'answers' });
  function Child({ connect }: Pick<UseRealtimeConnectionResult, 'connect'>): ReactNode {
    useEffect(() => void connect().catch(() => undefined), [connect]);
    return null;
  }
  function Call(): ReactNode {
    const source = { ...stage.options, key: stage.name };
    const { status, connect } = useRealtimeConnection(source, { platform: browser.platform });
    return (
      <p>
        {status}
        <Child connect={connect} />
      </p>
    );
  }
  const view = await renderSettled(inTab('visible', <Call />), stage);
  expect(screen.getByText('connected')).toBeTruthy();
  view.rerender(inTab('hidden', <Call />));
  await stage.advance(60_000);
  expect([browser.liveMicrophones(), browser.openCalls()]).toEqual([0, 0]);
  view.rerender(inTab('visible', <Call />));
  await stage.advance(0);
  await flushPromises();
  expect(screen.getByText('connected')).toBeTruthy();
  expect([browser.liveMicrophones(), browser.openCalls()]).toEqual([1, 1]);
});
