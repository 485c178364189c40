import { act, render, screen } from '@testing-library/react';
import { createManualEnvironment } from '@realtime-session/core/testing';
import { RealtimeSessionProvider } from '@realtime-session/react';
import {
  callRoute,
  useRealtimeConnection,
  type CallRoute,
  type RouteConnectionOptions,
  type UseRealtimeConnectionResult,
} from '@realtime-session/react/webrtc';
import { StrictMode, useEffect, type ReactNode } from 'react';
import { describe, expect, expectTypeOf, test } from 'vitest';
import { createScriptedRoute } from '../../../test/support/scripted-call-route.ts';
import { createBrowser } from './connection-platform.ts';
import { createStage } from './support.tsx';

const url = '/api/call';

/** Creates a component that calls through a route, in StrictMode. */
function createPage() {
  const environment = createManualEnvironment();
  const route = createScriptedRoute();
  const browser = createBrowser({ environment, fetch: route.fetch });
  const options = { platform: browser.platform, reconnectLimit: 8 };
  let connection: UseRealtimeConnectionResult | undefined;
  function Button({ source }: { readonly source: RouteConnectionOptions }): ReactNode {
    const latest = useRealtimeConnection(source, options);
    useEffect(() => void (connection = latest));
    const reason = latest.status === 'failed' ? ` (${latest.error.reason})` : '';
    return <button>{`${latest.status}${reason}`}</button>;
  }
  const show = (source: RouteConnectionOptions): ReactNode => (
    <StrictMode>
      <Button source={source} />
    </StrictMode>
  );
  const advance = (ms: number): Promise<void> => act(() => environment.clock.advance(ms));
  return {
    ...browser,
    route,
    show,
    advance,
    text: () => screen.getByRole('button').textContent,
    connect: async (): Promise<void> => {
      await act(() => connection!.connect());
      await advance(0);
    },
    connection: () => connection!,
  };
}

describe('useRealtimeConnection with a call route', () => {
  test('calls through the route with its address alone, and has its end and its budget', async () => {
    const { route, show, connect, connection, text, microphones } = createPage();
    route.details['budget_left'] = 0.5;
    render(show({ route: url }));
    expect(text()).toBe('idle');
    await connect();
    expect(text()).toBe('connected');
    expect(connection()).toMatchObject({ callId: 'call_1', budgetLeft: 0.5 });
    expect(connection().endsAtMs).toBeTypeOf('number');
    expect(route.log()).toEqual(['POST /api/call', 'PUT /api/call?call=call_1']);
    expect(microphones()).toEqual(['live']);
  });

  test('hangs up once when it unmounts', async () => {
    const { route, show, connect, advance, liveMicrophones } = createPage();
    const view = render(show({ route: url }));
    await connect();
    view.unmount();
    await advance(600_000);
    expect(route.count('DELETE')).toBe(1);
    expect(route.openCalls()).toEqual([]);
    expect(liveMicrophones()).toBe(0);
  });

  test.each([
    ['key', url, 'bob'],
    ['address', '/api/other', 'ann'],
  ])('ends its call through its own address when the %s changes', async (_name, address, key) => {
    const { route, show, connect, advance, text } = createPage();
    const view = render(show({ route: url, key: 'ann' }));
    await connect();
    view.rerender(show({ route: address, key }));
    await advance(0);
    expect(text()).toBe('closed');
    expect(route.log().slice(2)).toEqual(['DELETE /api/call?call=call_1']);
    await connect();
    expect(text()).toBe('connected');
    expect(route.log()[3]).toBe(`POST ${address}`);
  });

  test('keeps its call when it renders with another route of the same address, and uses its latest headers', async () => {
    const { route, show, connect, advance, text } = createPage();
    const withToken = (token: string): RouteConnectionOptions => ({
      route: callRoute(url, { headers: { authorization: token } }),
    });
    const view = render(show(withToken('first')));
    await connect();
    view.rerender(show(withToken('second')));
    await advance(20_000);
    expect(text()).toBe('connected');
    view.unmount();
    await advance(0);
    expect(route.requests.map(({ method, headers }) => [method, headers['authorization']])).toEqual([
      ['POST', 'first'],
      ['PUT', 'first'],
      ['PUT', 'second'],
      ['DELETE', 'second'],
    ]);
  });

  test('has api live when the route creates Live sessions, and informs the session when it is muted', async () => {
    const { route, show, connect, connection, sent } = createPage();
    route.details['api'] = 'live';
    render(show({ route: url }));
    expect(connection().api).toBeUndefined();
    await connect();
    expect(connection()).toMatchObject({ status: 'connected', api: 'live' });
    act(() => connection().mute());
    expect(sent()).toEqual([['{"type":"session.input_audio.mute"}']]);
  });

  test('shows why the server ended the call', async () => {
    const { route, show, connect, advance, text } = createPage();
    render(show({ route: url }));
    await connect();
    route.end('call_1', 'duration');
    await advance(20_000);
    expect(text()).toBe('failed (duration)');
    await advance(600_000);
    expect(route.count('POST')).toBe(1);
  });

  test('does not use the session of a provider', async () => {
    const stage = createStage();
    const { route, show, connect } = createPage();
    render(<RealtimeSessionProvider options={stage.options}>{show({ route: url })}</RealtimeSessionProvider>);
    await connect();
    expect(route.count('POST')).toBe(1);
    expect(stage.server.calls).toEqual([]);
  });

  test('accepts an address or a route', () => {
    expectTypeOf<RouteConnectionOptions['route']>().toEqualTypeOf<string | CallRoute>();
    const renderAll = [() => useRealtimeConnection({ route: url, key: 'ann' }, { reconnectLimit: 8 })];
    expectTypeOf(renderAll).items.returns.toEqualTypeOf<UseRealtimeConnectionResult>();
    const select = () => useRealtimeConnection({ route: url }, undefined, ({ endsAtMs }) => endsAtMs);
    expectTypeOf(select).returns.toEqualTypeOf<number | undefined>();
    const selectApi = () => useRealtimeConnection({ route: url }, undefined, ({ api }) => api);
    expectTypeOf(selectApi).returns.toEqualTypeOf<'realtime' | 'live' | undefined>();
    expect(render(<p />).container.textContent).toBe('');
  });
});
