import { createTokenManager } from '@realtime-session/core';
import {
  RealtimeSessionProvider,
  useRealtimeSession,
  type UseRealtimeSessionResult,
} from '@realtime-session/react';
import { fireEvent, screen, waitFor } from '@testing-library/react';
import { StrictMode, useEffect, type ReactNode } from 'react';
import { describe, expect, test } from 'vitest';
import { openMintRoute } from './mint-route.ts';
import { tokenResponse, createStage, renderSettled, withToken } from './support.tsx';

type Stage = ReturnType<typeof createStage>;

function Status({ stage, params }: { stage: Stage; params?: unknown }): ReactNode {
  return <p>{useRealtimeSession({ ...stage.options, key: stage.name, params }).status}</p>;
}

describe('one mint', () => {
  test('for a hundred components on three consecutive routes, under StrictMode', async () => {
    const stage = createStage();
    stage.server.script(tokenResponse());
    const route = (name: string): ReactNode => (
      <StrictMode>
        <main key={name}>
          {Array.from({ length: 100 }, (_, index) => (
            <Status key={index} stage={stage} params={index % 2 ? { a: 1, b: [2] } : { b: [2], a: 1 }} />
          ))}
        </main>
      </StrictMode>
    );
    const view = await renderSettled(route('home'), stage);
    for (const name of ['call', 'settings', 'home']) {
      view.rerender(route(name));
      await stage.advance(3_000);
    }
    expect(screen.getAllByText('ready')).toHaveLength(100);
    expect(stage.server.calls).toHaveLength(1);
    expect(stage.environment.listenerCount()).toBe(1);
  });

  test('for a component with an inline fetcher, under StrictMode', async () => {
    const stage = createStage();
    stage.server.script(tokenResponse());
    function Own(): ReactNode {
      const { fetchToken, environment } = stage.options;
      return (
        <p>{useRealtimeSession({ fetchToken: (request) => fetchToken(request), environment }).status}</p>
      );
    }
    const page = (
      <StrictMode>
        <Own />
      </StrictMode>
    );
    const view = await renderSettled(page, stage);
    view.rerender(page);
    await stage.advance(5_000);
    expect(screen.getByText('ready')).toBeTruthy();
    expect(stage.server.calls).toHaveLength(1);
    expect(stage.environment.listenerCount()).toBe(1);
  });

  test('for params with dates and undefined members that are equal by value', async () => {
    const stage = createStage();
    stage.server.script(tokenResponse());
    const day = (): unknown => ({ from: new Date(0), tags: ['a', undefined], nothing: undefined });
    await renderSettled(
      <>
        <Status stage={stage} params={day()} />
        <Status stage={stage} params={day()} />
      </>,
      stage,
    );
    expect(stage.server.calls).toHaveLength(1);
  });
});

test.each([
  ['values', { id: 1 }, { id: 2 }],
  ['kinds of value', { id: 1 }, { id: '1' }],
  ['order of a list', [1, 2], [2, 1]],
  ['depth', { a: { b: 1 } }, { a: 1, b: 1 }],
  ['presence', {}, undefined],
  ['maps', new Map([['user', 'ann']]), new Map([['user', 'bob']])],
  ['sets', { of: new Set([1]) }, { of: new Set([2]) }],
  ['queries', new URLSearchParams('a=1'), new URLSearchParams('a=2')],
  ['dates', { at: new Date(0) }, { at: new Date(1) }],
])('params that differ in %s are different sessions', async (_name, one, other) => {
  const stage = createStage();
  await renderSettled(
    <>
      <Status stage={stage} params={one} />
      <Status stage={stage} params={other} />
    </>,
    stage,
  );
  expect(stage.server.calls).toHaveLength(2);
});

describe('signing out', () => {
  /** Records what each render shows. */
  function createPage(stage: Stage, options: object = {}) {
    const shown: string[] = [];
    function Session(): ReactNode {
      const session = useRealtimeSession({ ...stage.options, key: stage.name, ...options }, withToken);
      shown.push(`${session.status} ${session.token}`);
      return <button onClick={() => session.reset()}>sign out</button>;
    }
    return { shown, Session };
  }

  test('shows nothing of the previous session to the next user', async () => {
    const stage = createStage();
    const { shown, Session } = createPage(stage);
    stage.server.script({ value: 'ek_ann', expires_in: 600 });
    await renderSettled(<Session />, stage);
    await stage.advance(5_000);
    expect(shown.at(-1)).toBe('ready ek_ann');
    shown.length = 0;
    fireEvent.click(screen.getByText('sign out'));
    await stage.advance(5_000);
    stage.server.calls[1]!.resolve({ value: 'ek_bob', expires_in: 600 });
    await stage.advance(0);
    expect(shown.at(-1)).toBe('ready ek_bob');
    expect(shown.join()).not.toContain('ek_ann');
  });

  test('discards a pending response', async () => {
    const stage = createStage();
    const { shown, Session } = createPage(stage);
    await renderSettled(<Session />, stage);
    fireEvent.click(screen.getByText('sign out'));
    stage.server.calls[0]!.resolve({ value: 'ek_ann', expires_in: 600 });
    await stage.advance(5_000);
    stage.server.calls.at(-1)!.resolve({ value: 'ek_bob', expires_in: 600 });
    await stage.advance(0);
    expect(shown.at(-1)).toBe('ready ek_bob');
    expect(shown.join()).not.toContain('ek_ann');
  });

  test('does not bring back the initial token', async () => {
    const stage = createStage();
    const { shown, Session } = createPage(stage, { initialToken: { value: 'ek_ann', expires_in: 600 } });
    const view = await renderSettled(<Session />, stage);
    expect(shown.at(-1)).toBe('ready ek_ann');
    fireEvent.click(screen.getByText('sign out'));
    view.rerender(<p>signed out</p>);
    await stage.advance(60_000);
    shown.length = 0;
    view.rerender(<Session />);
    await stage.advance(5_000);
    expect(shown.join()).not.toContain('ek_ann');
  });

  test('by replacing the provider’s manager shows nothing of the previous one', async () => {
    const stage = createStage();
    const shown: string[] = [];
    function Session(): ReactNode {
      const session = useRealtimeSession(undefined, withToken);
      shown.push(`${session.status} ${session.token}`);
      return null;
    }
    const [ann, bob] = ['ek_ann', 'ek_bob'].map((value) =>
      createTokenManager({ ...stage.options, initialToken: { value, expires_in: 600 } }),
    );
    const inProvider = (manager = ann): ReactNode => (
      <RealtimeSessionProvider manager={manager}>
        <Session />
      </RealtimeSessionProvider>
    );
    const view = await renderSettled(inProvider(), stage);
    shown.length = 0;
    view.rerender(inProvider(bob));
    await stage.advance(0);
    expect(shown.at(-1)).toBe('ready ek_bob');
    expect(shown.join()).not.toContain('ek_ann');
  });
});

describe('another user who signs in without a page load', () => {
  /** Shows the call of a user, remounted under another React key for each user. */
  function createPage(stage: Stage, toOptions: (user: string) => object) {
    const shown: string[] = [];
    function Session({ user }: { user: string }): ReactNode {
      const session = useRealtimeSession(
        { ...stage.options, key: stage.name, ...toOptions(user) },
        withToken,
      );
      shown.push(`${session.status} ${session.token}`);
      return <button onClick={() => session.reset()}>sign out</button>;
    }
    return { shown, page: (user: string) => <Session key={user} user={user} /> };
  }

  test.each([
    ['key', (user: string) => ({ key: `another user by key ${user}` })],
    ['params', (user: string) => ({ params: { user } })],
  ])('never gets the previous user’s token with the user in %s', async (_name, toOptions) => {
    const stage = createStage();
    const { shown, page } = createPage(stage, toOptions);
    stage.server.script({ value: 'ek_ann', expires_in: 600 }, { value: 'ek_bob', expires_in: 600 });
    const view = await renderSettled(page('ann'), stage);
    expect(shown.at(-1)).toBe('ready ek_ann');
    shown.length = 0;
    view.rerender(page('bob'));
    await stage.advance(0);
    expect(shown.at(-1)).toBe('ready ek_bob');
    expect(shown.join()).not.toContain('ek_ann');
  });

  test('never gets the previous user’s token after reset()', async () => {
    const stage = createStage();
    const { shown, page } = createPage(stage, () => ({}));
    stage.server.script({ value: 'ek_ann', expires_in: 600 }, { value: 'ek_bob', expires_in: 600 });
    const view = await renderSettled(page('ann'), stage);
    shown.length = 0;
    fireEvent.click(screen.getByText('sign out'));
    view.rerender(page('bob'));
    await stage.advance(5_000);
    expect(shown.at(-1)).toBe('ready ek_bob');
    expect(shown.join()).not.toContain('ek_ann');
  });

  test('shares no token between two endpoints with the same key', async () => {
    const stage = createStage();
    const { environment } = stage;
    const { url, posts } = await openMintRoute();
    const endpoints = [`${url}?model=a`, `${url}?model=b`, `${url}?model=a`];
    const key = `${stage.name} ann`;
    function Session({ endpoint }: { endpoint: string }): ReactNode {
      return useRealtimeSession({ endpoint, key, environment }).status;
    }
    await renderSettled(
      endpoints.map((endpoint, index) => (
        <p key={index}>
          <Session endpoint={endpoint} />
        </p>
      )),
      stage,
    );
    await waitFor(() => expect(screen.getAllByText('ready')).toHaveLength(3));
    expect(posts).toHaveLength(2);
  });
});

test('functions keep their identity after a refresh, a failure, a sign-out, and an unmount and remount', async () => {
  const stage = createStage();
  const seen: UseRealtimeSessionResult[] = [];
  const states = new Set<string>();
  function Component(): ReactNode {
    const session = useRealtimeSession({ ...stage.options, key: stage.name, retry: { isFatal: () => true } });
    states.add(session.status);
    useEffect(() => void seen.push(session));
    return null;
  }
  stage.server.script(tokenResponse(100), tokenResponse(100), new TypeError('Failed to fetch'));
  const view = await renderSettled(<Component />, stage);
  await stage.advance(85_000);
  await stage.advance(150_000);
  seen.at(-1)!.reset();
  await stage.advance(10_000);
  view.rerender(<p>elsewhere</p>);
  await stage.advance(5_000);
  view.rerender(<Component />);
  await stage.advance(5_000);
  expect([...states].sort()).toEqual(['failed', 'idle', 'loading', 'ready']);
  const functions = (session: UseRealtimeSessionResult): unknown[] =>
    Object.values(session).filter((member) => typeof member === 'function');
  const all = new Set(seen.flatMap(functions));
  expect(all.size).toBe(7); // on, getToken, prefetch, invalidate, reset, withToken, toApiKey
});
