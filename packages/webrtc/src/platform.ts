/** The browser features a connection uses. A test or another runtime can pass its own. */
export interface ConnectionPlatform {
  /** The `RTCPeerConnection` class; `undefined` where WebRTC is not available. */
  readonly PeerConnection: (new () => RTCPeerConnection) | undefined;
  /** Asks for the microphone. Returns `undefined` outside a secure context. */
  readonly getUserMedia: (constraints: MediaStreamConstraints) => Promise<MediaStream> | undefined;
  /** Creates a stream from a track. */
  readonly createStream: (track: MediaStreamTrack) => MediaStream;
  /** Creates an element that plays audio. */
  readonly createAudio: () => PlaybackElement;
  /** Sends the offer. */
  readonly fetch: (url: string, init: RequestInit) => Promise<Response>;
  /** Calls a function once after a delay in milliseconds. The returned function cancels the timer. */
  readonly setTimer: (run: () => void, delayMs: number) => () => void;
  /** Calls a function whenever the network comes back, until the signal aborts. */
  readonly onOnline: (run: () => void, signal: AbortSignal) => void;
  /** Returns a number in [0, 1), for jitter. */
  readonly random: () => number;
}

/** The part of an `<audio>` or `<video>` element that plays the model's voice. */
export type PlaybackElement = Pick<HTMLMediaElement, 'srcObject' | 'play'>;

/** Every global is looked up when it is used, so that it can be installed or replaced after this module loads. */
export const browserPlatform: ConnectionPlatform = {
  get PeerConnection() {
    // The DOM types promise it everywhere; servers and some embedded browsers do not have it.
    return globalThis.RTCPeerConnection as typeof RTCPeerConnection | undefined;
  },
  getUserMedia: (constraints) =>
    // The DOM types promise it everywhere; browsers remove it from insecure contexts.
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
