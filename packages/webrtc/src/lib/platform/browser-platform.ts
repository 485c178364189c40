import type { ConnectionPlatform } from './platform.ts';

/** The page's own WebRTC, microphone, `fetch` and timers, looked up at every use. */
export const browserPlatform: ConnectionPlatform = {
  get PeerConnection() {
    // Types promise it everywhere; servers and some embedded browsers have none.
    return globalThis.RTCPeerConnection as typeof RTCPeerConnection | undefined;
  },
  getUserMedia: (constraints) =>
    // Types promise it everywhere; browsers leave it out of insecure contexts.
    (navigator.mediaDevices as MediaDevices | undefined)?.getUserMedia(constraints),
  createStream: (track) => new MediaStream([track]),
  createAudio: () => new Audio(),
  fetch: (url, init) => fetch(url, init),
  setTimer(run, delayMs) {
    const timer = setTimeout(run, delayMs);
    return () => clearTimeout(timer);
  },
  onOnline: (run, signal) => addEventListener('online', run, { signal }),
  random: () => Math.random(),
};
