import { act, render, renderHook, screen, waitFor } from '@testing-library/react';
import { RealtimeSessionProvider, useRealtimeSession } from '@realtime-session/react';
import { useRealtimeConnection, type UseRealtimeConnectionResult } from '@realtime-session/react/webrtc';
import { StrictMode, useEffect, type ReactNode } from 'react';
import { renderToString } from 'react-dom/server';
import { describe, expect, expectTypeOf, test } from 'vitest';
import { createBrowser } from './connection-platform.ts';
import { openMintRoute } from './mint-route.ts';
import { createStage, flushPromises, renderSettled, tokenResponse } from './support.tsx';

type Stage = ReturnType<typeof createStage>;

/** Creates a component that calls from session options alone, in a browser that lists its microphones and offers. */
function createPage(stage: Stage) {
  const browser = createBrowser();
  let connection: UseRealtimeConnectionResult | undefined;
  function Button({ user }: { user?: string | undefined }): ReactNode {
    const latest = useRealtimeConnection(
      { ...stage.options, key: stage.name, params: user },
      { platform: browser.platform },
    );
    useEffect(() => void (connection = latest));
    return <button>{latest.status}</button>;
  }
  return {
    ...browser,
    Button,
    /** Connects until the browser has opened the microphone, without waiting for the call. */
    connect: (): Promise<void> => flushPromises(() => connection!.connect().catch(() => undefined)),
  };
}

describe('useRealtimeConnection with session options', () => {
  test('never connects by itself, and has a token ready for the click', async () => {
    const stage = createStage();
    stage.server.script(tokenResponse());
    const { Button, microphones } = createPage(stage);
    await renderSettled(<StrictMode children={<Button />} />, stage);
    await stage.advance(60_000);
    expect(screen.getByRole('button').textContent).toBe('idle');
    expect(microphones()).toEqual([]);
    expect(stage.server.calls).toHaveLength(1);
  });

  test('keeps its token fresh while it is mounted, and stops when it unmounts', async () => {
    const stage = createStage();
    stage.server.script(tokenResponse(100), tokenResponse(100), tokenResponse(100));
    const { Button } = createPage(stage);
    const view = await renderSettled(<Button />, stage);
    await stage.advance(95_000);
    expect(stage.server.calls).toHaveLength(2);
    view.unmount();
    await stage.advance(600_000);
    expect(stage.server.calls).toHaveLength(2);
    expect(stage.environment.listenerCount()).toBe(0);
    expect(stage.environment.clock.pending()).toBe(0);
  });

  test('shares one token with useRealtimeSession and with other buttons', async () => {
    const stage = createStage();
    stage.server.script(tokenResponse());
    const { Button } = createPage(stage);
    const Status = (): ReactNode => (
      <p>{useRealtimeSession({ ...stage.options, key: stage.name, params: undefined }).status}</p>
    );
    await renderSettled(
      <StrictMode>
        <Button />
        <Button />
        <Status />
      </StrictMode>,
      stage,
    );
    expect(screen.getByText('ready')).toBeTruthy();
    expect(stage.server.calls).toHaveLength(1);
    expect(stage.environment.listenerCount()).toBe(1);
  });

  test('has a session of its own in each provider', async () => {
    const stage = createStage();
    stage.server.script(tokenResponse(), tokenResponse());
    const { Button } = createPage(stage);
    const other = createStage();
    other.server.script(tokenResponse());
    await renderSettled(
      <>
        <RealtimeSessionProvider options={other.options}>
          <Button />
        </RealtimeSessionProvider>
        <Button />
      </>,
      stage,
    );
    expect(stage.server.calls).toHaveLength(2);
  });

  test('uses the session of the nearest provider when it gets no source', async () => {
    const stage = createStage();
    stage.server.script({ value: 'ek_of_provider', expires_in: 600 });
    const { platform, offers } = createBrowser();
    function Button(): ReactNode {
      const { status, connect } = useRealtimeConnection(undefined, { platform });
      return <button onClick={() => void connect().catch(() => undefined)}>{status}</button>;
    }
    await renderSettled(
      <RealtimeSessionProvider options={stage.options}>
        <Button />
      </RealtimeSessionProvider>,
      stage,
    );
    act(() => screen.getByRole('button').click());
    await stage.advance(0);
    expect(offers).toEqual(['Bearer ek_of_provider to https://api.openai.com/v1/realtime/calls']);
    expect(stage.server.calls).toHaveLength(1);
  });

  test('keeps its call when it renders again with equal options', async () => {
    const stage = createStage();
    stage.server.script(tokenResponse());
    const { Button, microphones, connect } = createPage(stage);
    const view = await renderSettled(<Button user="ann" />, stage);
    await connect();
    view.rerender(<Button user="ann" />);
    await stage.advance(0);
    expect(screen.getByRole('button').textContent).toBe('connecting');
    expect(microphones()).toEqual(['live']);
  });

  test.each([['StrictMode'], ['no StrictMode']])(
    'ends its call when another user signs in, and calls with the new user’s token, with %s',
    async (mode) => {
      const stage = createStage();
      const { Button, microphones, connect, offers } = createPage(stage);
      const Wrapper =
        mode === 'StrictMode' ? StrictMode : ({ children }: { children: ReactNode }) => children;
      const page = (user: string): ReactNode => (
        <Wrapper>
          <Button user={user} />
        </Wrapper>
      );
      const view = await renderSettled(page('ann'), stage);
      stage.server.calls.at(-1)!.resolve({ value: 'ek_ann', expires_in: 600 });
      await stage.advance(0);
      await connect();
      view.rerender(page('bob'));
      await stage.advance(1_000);
      expect(screen.getByRole('button').textContent).toBe('closed');
      expect(microphones()).toEqual(['ended']);
      expect(stage.server.calls.map(({ params }) => params)).toEqual(['ann', 'bob']);
      stage.server.calls.at(-1)!.resolve({ value: 'ek_bob', expires_in: 600 });
      await stage.advance(0);
      await connect();
      expect(microphones()).toEqual(['ended', 'live']);
      expect(offers.map((offer) => offer.split(' ')[1])).toEqual(['ek_ann', 'ek_bob']);
    },
  );

  test('ends its call when it unmounts', async () => {
    const stage = createStage();
    stage.server.script(tokenResponse());
    const { Button, microphones, connect } = createPage(stage);
    const view = await renderSettled(<StrictMode children={<Button />} />, stage);
    await connect();
    expect(microphones()).toEqual(['live']);
    view.unmount();
    await flushPromises();
    expect(microphones()).toEqual(['ended']);
  });

  test.each([
    ['immediately', 0],
    ['after half a second', 500],
  ])('makes one mint when the route changes %s while a call waits for its token', async (_name, gapMs) => {
    const stage = createStage();
    const { Button, connect, offers, microphones } = createPage(stage);
    const view = await renderSettled(<main key="first" children={<Button />} />, stage);
    await connect();
    if (gapMs > 0) {
      view.rerender(<p>loading the next page</p>);
      await stage.advance(gapMs);
    }
    view.rerender(<main key="second" children={<Button />} />);
    await stage.advance(5_000);
    expect(stage.server.calls).toHaveLength(1);
    expect(stage.server.calls[0]!.signal.aborted).toBe(false);
    expect(microphones()).toEqual(['ended']);
    stage.server.calls[0]!.resolve({ value: 'ek_1', expires_in: 600 });
    await stage.advance(0);
    await connect();
    expect(offers).toEqual(['Bearer ek_1 to https://api.openai.com/v1/realtime/calls']);
    expect(stage.server.calls).toHaveLength(1);
  });

  test('aborts its mint a second after it unmounts, when a call waited for it', async () => {
    const stage = createStage();
    const { Button, connect } = createPage(stage);
    const view = await renderSettled(<Button />, stage);
    await connect();
    view.rerender(<p>elsewhere</p>);
    await stage.advance(1_000);
    expect(stage.server.calls[0]!.signal.aborted).toBe(true);
    expect([stage.environment.clock.pending(), stage.environment.listenerCount()]).toEqual([0, 0]);
  });

  test('gets its token from the mint route, once for a button and a session', async () => {
    const { url, posts } = await openMintRoute();
    const { platform, offers } = createBrowser();
    const button = renderHook(
      () =>
        [
          useRealtimeSession({ endpoint: url }),
          useRealtimeConnection({ endpoint: url }, { platform }),
        ] as const,
      { wrapper: StrictMode },
    );
    await waitFor(() => expect(button.result.current[0].status).toBe('ready'));
    await flushPromises(() => button.result.current[1].connect().catch(() => undefined));
    expect(offers).toEqual(['Bearer ek_1 to https://api.openai.com/v1/realtime/calls']);
    expect(posts).toHaveLength(1);
  });

  test('throws an error that names the remedy without a source and a provider', () => {
    function Button(): ReactNode {
      return useRealtimeConnection().status;
    }
    expect(() => renderToString(<Button />)).toThrow(
      'useRealtimeConnection() needs options, or a <RealtimeSessionProvider> above it.',
    );
  });

  test('accepts what useRealtimeSession accepts, and infers params and session', () => {
    const endpoint = '/mint';
    const renders = [
      () => useRealtimeConnection({ endpoint }),
      () =>
        useRealtimeConnection({ endpoint, params: { voice: 'marin' }, key: 'ann' }, { reconnectLimit: 8 }),
      () => useRealtimeConnection({ endpoint, parse: () => ({ value: 'ek_x', session: { room: 7 } }) }),
      () => useRealtimeConnection({ fetchToken: ({ params }) => String(params) }),
    ];
    expectTypeOf(renders).items.returns.toEqualTypeOf<UseRealtimeConnectionResult>();
    const select = () => useRealtimeConnection({ endpoint }, undefined, ({ status }) => status);
    expectTypeOf(select).returns.toEqualTypeOf<UseRealtimeConnectionResult['status']>();
    // @ts-expect-error -- an unknown option
    renders.push(() => useRealtimeConnection({ endpoint, lifetime: 5 }));
    // @ts-expect-error -- neither an endpoint nor a fetcher
    renders.push(() => useRealtimeConnection({ key: 'ann' }));
    expect(render(<p />).container.textContent).toBe('');
  });
});
