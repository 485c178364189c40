import type { AudioSource } from '@realtime-session/webrtc';
import { describe, expect, test } from 'vitest';
import { createStage, FakeStream, FakeTrack } from './support/stage.ts';

const asSource = (stream: FakeStream): AudioSource => stream as unknown as MediaStream;

describe('the state of the user’s audio', () => {
  test('has muted before, during and after a call', async () => {
    const stage = createStage();
    stage.connection.mute();
    expect(stage.connection.getState()).toEqual({ status: 'idle', muted: true });
    await stage.connection.connect();
    expect(stage.connection.getState()).toMatchObject({ muted: true, sendingAudio: false });
    stage.connection.unmute();
    expect(stage.connection.getState()).toMatchObject({ muted: false, sendingAudio: true });
    stage.connection.mute();
    stage.connection.close();
    expect(stage.connection.getState()).toEqual({ status: 'closed', muted: true });
  });

  test('changes once when mute() is called twice', async () => {
    const stage = createStage();
    await stage.connection.connect();
    stage.connection.mute();
    const muted = stage.connection.getState();
    stage.connection.mute();
    expect(stage.connection.getState()).toBe(muted);
    expect(stage.states()).toEqual(['connecting', 'connected', 'connected']);
  });

  test('has sendingAudio while the system does not mute the microphone', async () => {
    const stage = createStage();
    await stage.connection.connect();
    const [track] = stage.streams[0]!.tracks;
    track!.setMutedBySystem('muted');
    expect(stage.connection.getState()).toMatchObject({ muted: false, sendingAudio: false });
    track!.setMutedBySystem('unmuted');
    expect(stage.connection.getState()).toMatchObject({ sendingAudio: true });
  });

  test('has no sendingAudio with audio none', async () => {
    const stage = createStage({ options: { audio: 'none' } });
    await stage.connection.connect();
    expect(stage.connection.getState()).toMatchObject({ sendingAudio: false });
    expect(stage.streams).toEqual([]);
  });

  test('has no sendingAudio after the track of the app’s own stream ended, and the call continues', async () => {
    const own = new FakeStream();
    const stage = createStage({ options: { audio: asSource(own) } });
    await stage.connection.connect();
    own.tracks[0]!.end();
    await stage.settle();
    expect(stage.connection.getState()).toMatchObject({ status: 'connected', sendingAudio: false });
    expect(stage.streams).toEqual([]);
  });
});

describe('the app’s own stream', () => {
  const sent = ({ peers }: ReturnType<typeof createStage>): FakeTrack =>
    peers.at(-1)!.senders[0]!.track as FakeTrack;

  test.each([true, false])('is never changed when its track has enabled = %s', async (enabled) => {
    const own = new FakeStream();
    own.tracks[0]!.enabled = enabled;
    const stage = createStage({ options: { audio: asSource(own) } });
    const isUntouched = (): boolean =>
      own.tracks[0]!.enabled === enabled && own.tracks[0]!.readyState === 'live';
    await stage.connection.connect();
    expect([sent(stage), isUntouched()]).toEqual([own.tracks[0], true]);
    stage.connection.mute();
    expect(isUntouched()).toBe(true);
    stage.connection.unmute();
    expect([sent(stage), isUntouched()]).toEqual([own.tracks[0], true]);
    stage.connection.close();
    stage.connection.mute();
    expect(isUntouched()).toBe(true);
  });

  test('is replaced by silence while muted, which stops with the call', async () => {
    const own = new FakeStream();
    const stage = createStage({ options: { audio: asSource(own) } });
    await stage.connection.connect();
    stage.connection.mute();
    const [silence] = own.tracks[0]!.clones;
    expect(sent(stage)).toBe(silence);
    expect(silence).toMatchObject({ enabled: false, readyState: 'live' });
    stage.connection.close();
    expect(silence!.readyState).toBe('ended');
  });

  test('can be shared by two connections, which mute independently', async () => {
    const own = new FakeStream();
    const [first, second] = [1, 2].map(() => createStage({ options: { audio: asSource(own) } }));
    await first!.connection.connect();
    first!.connection.mute();
    await second!.connection.connect();
    expect(sent(second!)).toBe(own.tracks[0]);
    first!.connection.close();
    second!.connection.close();
    expect(own.tracks[0]).toMatchObject({ enabled: true, readyState: 'live' });
  });

  test('is not sent at all while muted where tracks cannot be cloned', async () => {
    const own = new FakeStream();
    own.tracks[0]!.clone = () => {
      throw new Error('Not implemented.');
    };
    const stage = createStage({ options: { audio: asSource(own) } });
    await stage.connection.connect();
    stage.connection.mute();
    expect(sent(stage)).toBeNull();
    stage.connection.unmute();
    expect(sent(stage)).toBe(own.tracks[0]);
  });

  test.each([
    ['empty', new FakeStream([])],
    ['video only', new FakeStream([new FakeTrack('video')])],
    ['ended', endedStream()],
  ])('is refused with invalid-options when it is %s', async (_what, own) => {
    const stage = createStage({ options: { audio: asSource(own) } });
    await expect(stage.connection.connect()).rejects.toMatchObject({
      code: 'invalid-options',
      message: expect.stringContaining('audio') as string,
    });
    expect(stage.peers).toEqual([]);
  });
});

test('a microphone without an audio track is missing, and its other tracks are stopped', async () => {
  const camera = new FakeStream([new FakeTrack('video')]);
  const stage = createStage({
    platform: { getUserMedia: () => Promise.resolve(camera as unknown as MediaStream) },
  });
  await expect(stage.connection.connect()).rejects.toMatchObject({ code: 'mic-missing' });
  expect(camera.tracks[0]!.readyState).toBe('ended');
});

describe('setMicrophone', () => {
  test('continues the call with another microphone, and stops the previous one', async () => {
    const opened: MediaStream[] = [];
    const stage = createStage({ options: { onMicrophone: (stream) => void opened.push(stream) } });
    await stage.connection.connect();
    stage.connection.mute();
    await stage.connection.setMicrophone({ deviceId: 'other' });
    expect(stage.microphones()).toEqual(['ended', 'live']);
    expect(stage.peers[0]!.senders[0]!.track).toBe(stage.streams[1]!.tracks[0]);
    expect(stage.streams[1]!.tracks[0]!.enabled).toBe(false);
    expect(opened).toEqual(stage.streams);
    stage.connection.close();
    expect(stage.openResources()).toEqual([]);
  });

  test('lasts until the call ends, through reconnects', async () => {
    const own = new FakeStream();
    const stage = createStage({ options: { reconnectLimit: 8 } });
    await stage.connection.connect();
    await stage.connection.setMicrophone(asSource(own));
    stage.environment.goOffline();
    stage.peers[0]!.setConnectionState('failed');
    await stage.environment.clock.advance(60_000); // a long wait, which gives microphones back
    stage.environment.goOnline();
    await stage.settle();
    expect(stage.peers[1]!.senders[0]!.track).toBe(own.tracks[0]);
    stage.connection.close();
    await stage.connection.connect();
    expect(stage.peers[2]!.senders[0]!.track).toBe(stage.streams[1]!.tracks[0]);
  });

  test('starts and stops audio in a call that only listened', async () => {
    const stage = createStage({ options: { audio: 'none' } });
    await stage.connection.connect();
    await stage.connection.setMicrophone({});
    expect(stage.connection.getState()).toMatchObject({ sendingAudio: true });
    await stage.connection.setMicrophone('none');
    expect(stage.connection.getState()).toMatchObject({ sendingAudio: false });
    expect([stage.microphones(), stage.peers[0]!.senders[0]!.track]).toEqual([['ended'], null]);
  });

  test('leaves the call as it was when the microphone is refused', async () => {
    let prompts = 0;
    const stage = createStage({
      microphone: () =>
        (prompts += 1) === 1
          ? Promise.resolve()
          : Promise.reject(new DOMException('denied', 'NotAllowedError')),
    });
    await stage.connection.connect();
    await expect(stage.connection.setMicrophone({})).rejects.toMatchObject({ code: 'mic-denied' });
    expect(stage.connection.getState()).toMatchObject({ status: 'connected', sendingAudio: true });
    expect(stage.microphones()).toEqual(['live']);
  });

  test('uses the last of several requests, in whatever order they are granted', async () => {
    const grants: (() => void)[] = [];
    const stage = createStage({
      microphone: () => new Promise<void>((resolve) => grants.push(resolve)),
    });
    const connecting = stage.connection.connect();
    await stage.settle();
    grants[0]!();
    await connecting;
    const changes = [stage.connection.setMicrophone({}), stage.connection.setMicrophone({})];
    grants[2]!();
    await stage.settle();
    grants[1]!();
    await Promise.all(changes);
    expect(stage.microphones()).toEqual(['ended', 'live', 'ended']);
    expect(stage.peers[0]!.senders[0]!.track).toBe(stage.streams[1]!.tracks[0]);
  });

  test('stops a microphone that is granted after the call ended', async () => {
    const grants: (() => void)[] = [];
    const stage = createStage({
      microphone: () => new Promise<void>((resolve) => grants.push(resolve)),
    });
    const connecting = stage.connection.connect();
    await stage.settle();
    grants[0]!();
    await connecting;
    const change = stage.connection.setMicrophone({});
    stage.connection.close();
    await expect(change).rejects.toMatchObject({ code: 'closed' });
    grants[1]!();
    await stage.settle();
    expect(stage.openResources()).toEqual([]);
  });

  test('ends the call when the peer keeps sending the previous track', async () => {
    const stage = createStage({ options: { reconnectLimit: 8 } });
    await stage.connection.connect();
    stage.peers[0]!.senders[0]!.replaceTrack = () =>
      Promise.reject(new DOMException('no', 'InvalidModificationError'));
    await expect(stage.connection.setMicrophone({})).rejects.toMatchObject({ code: 'lost' });
    expect(stage.connection.getState()).toMatchObject({ status: 'failed', error: { code: 'lost' } });
    expect(stage.openResources()).toEqual([]);
  });

  test('rejects with closed without an open call', async () => {
    const stage = createStage({ hangAt: 'post' });
    await expect(stage.connection.setMicrophone({})).rejects.toMatchObject({ code: 'closed' });
    void stage.connection.connect();
    await expect(stage.connection.setMicrophone({})).rejects.toMatchObject({ code: 'closed' });
    stage.connection.close();
  });
});

function endedStream(): FakeStream {
  const stream = new FakeStream();
  stream.tracks[0]!.stop();
  return stream;
}
