import type { ConnectionPlatform } from './platform.ts';

/** The page's own WebRTC, microphone, `fetch` and timers, looked up at every use. */
export const browserPlatform: ConnectionPlatform = {
  get createPeer() {
    return typeof RTCPeerConnection === 'undefined' ? undefined : () => new RTCPeerConnection();
  },
  get getUserMedia() {
    // Older types promise it everywhere; browsers leave it out of insecure contexts.
    const devices = navigator.mediaDevices as MediaDevices | undefined;
    return devices && ((constraints: MediaStreamConstraints) => devices.getUserMedia(constraints));
  },
  createStream: (track) => new MediaStream([track]),
  fetch: (url, init) => fetch(url, init),
  setTimer(run, delayMs) {
    const timer = setTimeout(run, delayMs);
    return () => clearTimeout(timer);
  },
};
