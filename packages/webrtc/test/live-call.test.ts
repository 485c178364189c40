import type { CallRouteOptions, RealtimeConnectionOptions } from '@realtime-session/webrtc';
import { describe, expect, test } from 'vitest';
import { problem } from '../../../test/support/scripted-call-route.ts';
import { createRouteStage } from './support/route-stage.ts';

/** Creates a connection whose route creates Live sessions. */
function createLiveStage(options: RealtimeConnectionOptions = {}, routeOptions: CallRouteOptions = {}) {
  const stage = createRouteStage(options, routeOptions);
  stage.route.details['api'] = 'live';
  const channel = () => stage.peers.at(-1)!.channel;
  return {
    ...stage,
    channel,
    /** The types of the events that the page sent in the current call. */
    sent: () => channel().sent.map((text) => (JSON.parse(text) as { type: string }).type),
    /** The session ends, and then its peer. */
    endSession: (reason: unknown) => {
      channel().receive({ type: 'session.closed', event_id: 'event_1', reason, usage: { seconds: 15 } });
      stage.lose();
    },
  };
}

describe('the state of a Live call', () => {
  test('is connected with api live when the channel is open, without any event', async () => {
    const { connect, state, advance } = createLiveStage();
    await connect();
    expect(state()).toMatchObject({ status: 'connected', api: 'live', callId: 'call_1' });
    await advance(60_000);
    expect(state()).toMatchObject({ status: 'connected', api: 'live' });
  });

  test('has api realtime when the route names no API', async () => {
    const { connect, state } = createRouteStage();
    await connect();
    expect(state()).toMatchObject({ status: 'connected', api: 'realtime' });
  });

  test('has api live while it reconnects, and a call of Realtime can follow', async () => {
    const { connect, connection, state, lose, settle, advance, route } = createLiveStage({
      reconnectLimit: 1,
    });
    await connect();
    lose();
    await settle();
    expect(state()).toMatchObject({ status: 'reconnecting', api: 'live' });
    await advance(1_000);
    expect(state()).toMatchObject({ status: 'connected', api: 'live', callId: 'call_2' });
    connection.close();
    route.details['api'] = 'realtime';
    await connect();
    expect(state()).toMatchObject({ status: 'connected', api: 'realtime', callId: 'call_3' });
  });

  test('keeps api live when the answer to a heartbeat does not name it', async () => {
    const { connect, connection, state, route, sent, advance } = createLiveStage();
    await connect();
    delete route.details['api'];
    route.details['budget_left'] = 1;
    await advance(20_000);
    expect(state()).toMatchObject({ api: 'live', budgetLeft: 1 });
    connection.mute();
    expect(sent()).toEqual(['session.input_audio.mute']);
  });
});

describe('the end of a Live session', () => {
  test.each(['close_requested', 'expired', 'content'])(
    'is call-ended with the reason %s when the route gives no other, and hangs up',
    async (reason) => {
      const { connect, endSession, settle, state, states, route, openResources } = createLiveStage({
        reconnectLimit: 8,
      });
      await connect();
      endSession(reason);
      await settle();
      expect(state()).toMatchObject({ status: 'failed', error: { code: 'call-ended', reason } });
      expect(states()).not.toContain('reconnecting');
      expect(route.openCalls()).toEqual([]);
      expect(openResources()).toEqual([]);
    },
  );

  test('has the reason of the route when the server ended the call', async () => {
    const { connect, endSession, settle, state, route } = createLiveStage({ reconnectLimit: 8 });
    await connect();
    route.end('call_1', 'duration');
    endSession('close_requested');
    await settle();
    expect(state()).toMatchObject({ status: 'failed', error: { code: 'call-ended', reason: 'duration' } });
    expect(route.count('DELETE')).toBe(0);
  });

  test('has the reason of the API when the route knows only that the API ended the call', async () => {
    const { connect, endSession, settle, state, route } = createLiveStage({ reconnectLimit: 8 });
    await connect();
    route.end('call_1', 'upstream');
    endSession('content');
    await settle();
    expect(state()).toMatchObject({ status: 'failed', error: { code: 'call-ended', reason: 'content' } });
  });

  test('does not wait long for the route', async () => {
    const { connect, channel, advance, state, route } = createLiveStage({ reconnectLimit: 8 });
    await connect();
    route.script('PUT', () => new Promise(() => undefined));
    channel().receive({ type: 'session.closed', reason: 'expired' });
    await advance(5_000);
    expect(state()).toMatchObject({ status: 'failed', error: { code: 'call-ended', reason: 'expired' } });
  });

  test('is call-ended while the browser is offline', async () => {
    const { connect, endSession, settle, state, environment } = createLiveStage({ reconnectLimit: 8 });
    await connect();
    environment.goOffline();
    endSession('expired');
    await settle();
    expect(state()).toMatchObject({ status: 'failed', error: { code: 'call-ended', reason: 'expired' } });
  });

  test.each([undefined, 7, '<b>no word</b>'])('has the reason upstream for %s', async (reason) => {
    const { connect, endSession, settle, state } = createLiveStage();
    await connect();
    endSession(reason);
    await settle();
    expect(state()).toMatchObject({ status: 'failed', error: { code: 'call-ended', reason: 'upstream' } });
  });

  test('passes session.closed to listeners before the state changes', async () => {
    const { connect, connection, endSession, settle, state } = createLiveStage();
    const received: unknown[] = [];
    connection.onEvent('session.closed', ({ reason, usage }) =>
      received.push([reason, usage.seconds, state().status]),
    );
    await connect();
    endSession('expired');
    await settle();
    expect(received).toEqual([['expired', 15, 'connected']]);
  });

  test('is ignored as an event of a Realtime call', async () => {
    const { connect, settle, state, peers } = createRouteStage();
    await connect();
    peers[0]!.channel.receive({ type: 'session.closed', reason: 'expired' });
    await settle();
    expect(state().status).toBe('connected');
  });
});

describe('reconnecting a Live call', () => {
  test('opens a new session when the API ended the one that could not reach the page', async () => {
    const { connect, lose, advance, state, route } = createLiveStage({ reconnectLimit: 8 });
    await connect();
    route.end('call_1', 'upstream');
    lose();
    await advance(1_000);
    expect(state()).toMatchObject({ status: 'connected', api: 'live', callId: 'call_2' });
    expect(route.log().filter((line) => line.startsWith('POST'))).toEqual([
      'POST /api/call',
      'POST /api/call',
    ]);
  });

  test('does not happen when the API ended a session whose page it could reach', async () => {
    const { connect, channel, advance, state, route } = createLiveStage({ reconnectLimit: 8 });
    await connect();
    route.end('call_1', 'upstream');
    channel().close();
    await advance(60_000);
    expect(state()).toMatchObject({ status: 'failed', error: { code: 'call-ended', reason: 'upstream' } });
    expect(route.count('POST')).toBe(1);
  });

  test('opens a new session after the browser was offline', async () => {
    const { connect, lose, advance, state, route, environment } = createLiveStage({ reconnectLimit: 8 });
    await connect();
    environment.goOffline();
    lose();
    await advance(60_000);
    route.end('call_1', 'upstream');
    environment.goOnline();
    await advance(1_000);
    await advance(0); // the reason is read before the offer is posted
    expect(state()).toMatchObject({ status: 'connected', callId: 'call_2' });
  });

  test.each(['duration', 'replaced', 'heartbeat-lost'])(
    'does not happen when the server ended the call: %s',
    async (reason) => {
      const { connect, lose, advance, state, route } = createLiveStage({ reconnectLimit: 8 });
      await connect();
      route.end('call_1', reason);
      lose();
      await advance(60_000);
      expect(state()).toMatchObject({ status: 'failed', error: { code: 'call-ended', reason } });
      expect(route.count('POST')).toBe(1);
    },
  );

  test('opens a new session when a heartbeat learns that the API could not reach the page', async () => {
    const { connect, advance, state, states, route, peers } = createLiveStage({ reconnectLimit: 8 });
    await connect();
    await advance(19_000);
    peers[0]!.setConnectionState('disconnected');
    route.end('call_1', 'upstream');
    await advance(1_500);
    await advance(500);
    expect(states()).toContain('reconnecting');
    expect(state()).toMatchObject({ status: 'connected', callId: 'call_2' });
  });

  test('opens a new session when a heartbeat is answered while the route is asked for the reason', async () => {
    const { connect, lose, settle, advance, state, route } = createLiveStage({ reconnectLimit: 8 });
    await connect();
    let answerHeartbeat = (): void => undefined;
    route.script(
      'PUT',
      (answer) => new Promise((resolve) => (answerHeartbeat = () => resolve(answer()))),
      () => new Promise(() => undefined),
    );
    await advance(20_000);
    route.end('call_1', 'upstream');
    lose();
    await settle();
    answerHeartbeat();
    await advance(1_000);
    expect(state()).toMatchObject({ status: 'connected', callId: 'call_2' });
  });

  test('does not happen when a heartbeat learns that the API ended a session after the network recovered', async () => {
    const { connect, advance, state, route, peers } = createLiveStage({ reconnectLimit: 8 });
    await connect();
    peers[0]!.setConnectionState('disconnected');
    peers[0]!.setConnectionState('connected');
    route.end('call_1', 'upstream');
    await advance(20_000);
    expect(state()).toMatchObject({ status: 'failed', error: { code: 'call-ended', reason: 'upstream' } });
  });

  test('does not happen when the API ended a Realtime call', async () => {
    const { connect, lose, advance, state, route } = createRouteStage({ reconnectLimit: 8 });
    await connect();
    route.end('call_1', 'upstream');
    lose();
    await advance(60_000);
    expect(state()).toMatchObject({ status: 'failed', error: { code: 'call-ended', reason: 'upstream' } });
  });

  test('fails with lost when it may not reconnect', async () => {
    const { connect, lose, settle, state, route } = createLiveStage();
    await connect();
    route.end('call_1', 'upstream');
    lose();
    await settle();
    expect(state()).toMatchObject({ status: 'failed', error: { code: 'lost' } });
  });

  test('does not happen when the route may have created a session', async () => {
    const { connect, lose, advance, state, route } = createLiveStage({ reconnectLimit: 8 });
    await connect();
    route.script('POST', () => problem(504, 'outcome_unknown'));
    lose();
    await advance(60_000);
    expect(state()).toMatchObject({ status: 'failed', error: { apiCode: 'outcome_unknown' } });
    expect(route.count('POST')).toBe(2);
  });
});

describe('muting a Live call', () => {
  test('sends each change to the session once, and mutes the microphone', async () => {
    const { connect, connection, sent, streams } = createLiveStage();
    await connect();
    expect(sent()).toEqual([]);
    connection.mute();
    connection.mute();
    expect(sent()).toEqual(['session.input_audio.mute']);
    expect(streams[0]!.tracks[0]!.enabled).toBe(false);
    connection.unmute();
    connection.unmute();
    expect(sent()).toEqual(['session.input_audio.mute', 'session.input_audio.unmute']);
    expect(streams[0]!.tracks[0]!.enabled).toBe(true);
  });

  test('mutes the session when it opens, and the new one after a reconnect', async () => {
    const { connect, connection, sent, lose, advance } = createLiveStage({ reconnectLimit: 1 });
    connection.mute();
    await connect();
    expect(sent()).toEqual(['session.input_audio.mute']);
    lose();
    await advance(1_000);
    expect(sent()).toEqual(['session.input_audio.mute']);
    connection.unmute();
    expect(sent()).toEqual(['session.input_audio.mute', 'session.input_audio.unmute']);
  });

  test('sends nothing to a session that is lost', async () => {
    const { connect, connection, sent, lose, settle, state } = createLiveStage({ reconnectLimit: 1 });
    await connect();
    lose();
    await settle();
    connection.mute();
    expect(state()).toMatchObject({ status: 'reconnecting', muted: true });
    expect(sent()).toEqual([]);
  });

  test('sends nothing in a Realtime call', async () => {
    const { connect, connection, peers } = createRouteStage();
    connection.mute();
    await connect();
    connection.unmute();
    expect(peers[0]!.channel.sent).toEqual([]);
  });
});

test('closing a Live call hangs up through the route, and sends no event', async () => {
  const { connect, connection, channel, route, state } = createLiveStage();
  await connect();
  connection.close();
  expect(state().status).toBe('closed');
  expect(route.log().at(-1)).toBe('DELETE /api/call?call=call_1');
  expect(channel().sent).toEqual([]);
});
