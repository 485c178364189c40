import type { RealtimeConnectionOptions } from '@realtime-session/webrtc';
import { describe, expect, test } from 'vitest';
import { createStage, FakeStream } from './support/stage.ts';

/** Options as an app in plain JavaScript can pass them. */
const unchecked = (options: object): RealtimeConnectionOptions => options;

const monthMs = 30 * 24 * 3_600_000;

const outOfRange = [
  ...(['timeoutMs', 'graceMs', 'maxDurationMs', 'warnBeforeMs'] as const).flatMap((name) =>
    [Number.NaN, Infinity, monthMs, -1, '5000'].map((value) => [name, value] as const),
  ),
  ['timeoutMs', 0] as const,
  ['maxDurationMs', 0] as const,
  ...[Number.NaN, -1, 0.5, -Infinity, '8'].map((value) => ['reconnectLimit', value] as const),
];

const wrongType = [
  ['playback', {}],
  ['playback', 'element'],
  ['exchange', '/api/call'],
] as const;

describe('createRealtimeConnection() throws a TypeError that names', () => {
  test.each([...outOfRange, ...wrongType])('%s when it is %s', (name, value) => {
    const create = (): unknown => createStage({ options: unchecked({ [name]: value }) });
    expect(create).toThrow(TypeError);
    expect(create).toThrow(name);
  });

  test('the token manager when there is none', () => {
    expect(() => createStage({ tokens: unchecked({}) as never })).toThrow(TypeError);
    expect(() => createStage({ tokens: unchecked({}) as never })).toThrow('token manager');
  });

  test('the range, the value and the default', () => {
    expect(() => createStage({ options: { reconnectLimit: -1 } })).toThrow(
      'reconnectLimit must be a whole number from 0 to Infinity. It is -1 (number). Correct it, or leave it out for the default 0.',
    );
    expect(() => createStage({ options: unchecked({ timeoutMs: '5000' }) })).toThrow(
      'timeoutMs must be a number from 1 to 2147483647. It is 5000 (string). Correct it, or leave it out for the default 30000.',
    );
  });

  test.each([
    { reconnectLimit: Infinity },
    { reconnectLimit: 0, graceMs: 0, warnBeforeMs: 0, timeoutMs: 0.5 + 1, maxDurationMs: 2_147_483_647 },
    { reconnectLimit: undefined, timeoutMs: undefined, exchange: undefined, playback: undefined },
  ])('nothing when the options are %o', (options) => {
    expect(() => createStage({ options })).not.toThrow();
  });
});

describe('connect() rejects with invalid-options that names', () => {
  test.each([...outOfRange, ...wrongType])('%s when it changed to %s', async (name, value) => {
    const options: object = {};
    const stage = createStage({ options });
    Object.assign(options, { [name]: value });
    await expect(stage.connection.connect()).rejects.toMatchObject({
      code: 'invalid-options',
      message: expect.stringContaining(name) as string,
    });
    expect(stage.connection.getState()).toMatchObject({
      status: 'failed',
      error: { code: 'invalid-options' },
    });
    expect([stage.streams, stage.peers]).toEqual([[], []]);
  });

  test.each([true, 'default'])('audio when it is %s', async (audio) => {
    const stage = createStage({ options: unchecked({ audio }) });
    await expect(stage.connection.connect()).rejects.toMatchObject({
      code: 'invalid-options',
      message: expect.stringContaining('audio') as string,
    });
    expect([stage.streams, stage.peers]).toEqual([[], []]);
  });

  test('audio when the browser does not understand the constraints', async () => {
    const stage = createStage({
      microphone: () => Promise.reject(new TypeError('not of type MediaTrackConstraints')),
    });
    await expect(stage.connection.connect()).rejects.toMatchObject({
      code: 'invalid-options',
      message: expect.stringContaining('audio') as string,
    });
  });

  test('audio when the browser throws instead of rejecting', async () => {
    const getUserMedia = (): never => {
      throw new TypeError('not of type MediaTrackConstraints');
    };
    const stage = createStage({ platform: { getUserMedia } });
    await expect(stage.connection.connect()).rejects.toMatchObject({ code: 'invalid-options' });
  });

  test.each([
    ['HTML', '<html>'],
    ['nothing', undefined],
    ['an object without SDP', { callId: 'rtc_1' }],
  ])('exchange when it returns %s', async (_what, answer) => {
    const stage = createStage({ options: unchecked({ exchange: () => Promise.resolve(answer) }) });
    await expect(stage.connection.connect()).rejects.toMatchObject({
      code: 'invalid-options',
      message: expect.stringContaining('exchange') as string,
    });
    expect(stage.openResources()).toEqual([]);
  });
});

describe('an option that is changed during a call', () => {
  test('counts: reconnectLimit', async () => {
    const options = { reconnectLimit: 0 };
    const stage = createStage({ options });
    await stage.connection.connect();
    options.reconnectLimit = 8;
    stage.peers[0]!.setConnectionState('failed');
    await stage.environment.clock.advance(500);
    expect(stage.connection.getState().status).toBe('connected');
    options.reconnectLimit = 0;
    stage.peers[1]!.setConnectionState('failed');
    await stage.settle();
    expect(stage.connection.getState().status).toBe('failed');
  });

  test('ends the call with invalid-options when it is out of range', async () => {
    const options = { graceMs: 3_000 };
    const stage = createStage({ options });
    await stage.connection.connect();
    options.graceMs = Number.NaN;
    stage.peers[0]!.setConnectionState('disconnected');
    await stage.settle();
    expect(stage.connection.getState()).toMatchObject({ error: { code: 'invalid-options' } });
    expect(stage.openResources()).toEqual([]);
  });
});

test('a platform given in part keeps the browser’s other features, and the latest one counts', async () => {
  const stage = createStage();
  const options: { platform: object } = { platform: { PeerConnection: undefined } };
  const partial = createStage({ options });
  await expect(partial.connection.connect()).rejects.toMatchObject({ code: 'unsupported' });
  options.platform = stage.platform;
  await partial.connection.connect();
  expect(partial.connection.getState().status).toBe('connected');
  partial.connection.close();
});

describe('errors of the app’s code', () => {
  const fail = (): never => {
    throw new Error('thrown by the app');
  };

  test('never end a call: callbacks', async () => {
    const stage = createStage({
      options: {
        audio: new FakeStream() as unknown as MediaStream,
        warnBeforeMs: 3_600_000,
        onEvent: fail,
        onExpiring: fail,
        onMicrophone: fail,
        onRemoteStream: fail,
      },
    });
    await stage.connection.connect();
    stage.peers[0]!.playTrack();
    await stage.environment.clock.advance(1_000);
    expect(stage.connection.getState().status).toBe('connected');
  });

  test('are the cause of network: an exchange that throws', async () => {
    const stage = createStage({ options: { exchange: fail } });
    await expect(stage.connection.connect()).rejects.toMatchObject({
      code: 'network',
      cause: { message: 'thrown by the app' },
    });
  });

  test('are the cause of token: a token source that throws', async () => {
    const stage = createStage({ tokens: { withToken: fail } });
    await expect(stage.connection.connect()).rejects.toMatchObject({ code: 'token' });
  });
});

describe('the answer', () => {
  test.each([
    ['rejected', {}],
    ['invalid-options', { exchange: () => Promise.resolve('v=0 malformed') }],
  ])('becomes %s when the browser does not accept it', async (code, options) => {
    const malformed = (): Promise<Response> =>
      Promise.resolve(new Response('v=0 malformed', { status: 201 }));
    const stage = createStage({ options, responses: [malformed] });
    await expect(stage.connection.connect()).rejects.toMatchObject({ code });
  });

  test.each([
    ['/v1/realtime/calls/rtc_u1_1234', 'rtc_u1_1234'],
    ['https://gateway.example/openai/v1/realtime/calls/rtc_2?x=1', 'rtc_2'],
    [undefined, undefined],
  ])('with the Location %s has the callId %s', async (location, callId) => {
    const stage = createStage({
      responses: [
        () =>
          Promise.resolve(new Response('v=0 answer', { status: 201, headers: location ? { location } : {} })),
      ],
    });
    await stage.connection.connect();
    expect(stage.connection.getState()).toMatchObject({ callId });
  });

  test('of exchange can have a callId', async () => {
    const stage = createStage({
      options: { exchange: () => Promise.resolve({ sdp: 'v=0 answer', callId: 'rtc_3' }) },
    });
    await stage.connection.connect();
    expect(stage.connection.getState()).toMatchObject({ status: 'connected', callId: 'rtc_3' });
  });
});
