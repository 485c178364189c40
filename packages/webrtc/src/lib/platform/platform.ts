/** What the connection takes from the browser; a test passes its own. */
export interface ConnectionPlatform {
  /** `RTCPeerConnection`; `undefined` where there is no WebRTC. */
  readonly PeerConnection: (new () => RTCPeerConnection) | undefined;
  /** Asks for the microphone; answers `undefined` outside a secure context. */
  readonly getUserMedia: (constraints: MediaStreamConstraints) => Promise<MediaStream> | undefined;
  /** Makes a stream of a track. */
  readonly createStream: (track: MediaStreamTrack) => MediaStream;
  /** Makes an element that plays sound. */
  readonly createAudio: () => PlaybackElement;
  /** Posts the offer. */
  readonly fetch: (url: string, init: RequestInit) => Promise<Response>;
  /** Runs a function once after a delay in milliseconds; the return cancels it. */
  readonly setTimer: (run: () => void, delayMs: number) => () => void;
  /** Runs a function whenever the machine comes back online, until the signal aborts. */
  readonly onOnline: (run: () => void, signal: AbortSignal) => void;
  /** A number in [0, 1), for jitter. */
  readonly random: () => number;
}

/** The part of an `<audio>` or `<video>` element that plays the model's voice. */
export type PlaybackElement = Pick<HTMLMediaElement, 'srcObject' | 'play'>;
