import type { RealtimeConnectionOptions } from '@realtime-session/react/webrtc';

type Platform = NonNullable<RealtimeConnectionOptions['platform']>;

/** A browser without WebRTC: connecting fails, after everything around it has happened. What it does is tested in a real one. */
export const platformWithoutWebRtc = {
  PeerConnection: undefined,
  onOnline: () => undefined,
  setTimer: () => () => undefined,
} as unknown as Platform; // the rest is not reached

/** A browser whose microphones can be counted, where a call never gets further than its offer. */
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
