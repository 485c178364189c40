import type { RealtimeConnectionOptions } from '@realtime-session/react/webrtc';

type Platform = NonNullable<RealtimeConnectionOptions['platform']>;

/** A browser without WebRTC: connecting fails with `unsupported`. Tests of real calls run in a real browser. */
export const platformWithoutWebRtc = {
  PeerConnection: undefined,
  onOnline: () => undefined,
  setTimer: () => () => undefined,
} as unknown as Platform; // the rest is not reached

/** Creates a browser that lists its microphones, and in which a call hangs at its offer. */
export function countingPlatform() {
  const microphones: ('live' | 'ended')[] = [];
  const counting = {
    ...platformWithoutWebRtc,
    PeerConnection: class {
      createDataChannel = () => ({});
      addTransceiver = () => ({});
      setLocalDescription = () => new Promise(() => undefined);
      close = () => undefined;
    },
    getUserMedia() {
      const index = microphones.push('live') - 1;
      const track = { enabled: true, stop: () => (microphones[index] = 'ended') };
      return Promise.resolve({ getAudioTracks: () => [track] });
    },
  } as unknown as Platform; // the rest is not reached
  return { platform: counting, microphones };
}
