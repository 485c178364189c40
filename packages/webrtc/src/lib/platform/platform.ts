/** What the connection takes from the browser; a test passes its own. */
export interface ConnectionPlatform {
  /** Makes a peer connection; `undefined` where there is no WebRTC. */
  readonly createPeer: (() => RTCPeerConnection) | undefined;
  /** Asks for the microphone; `undefined` outside a secure context. */
  readonly getUserMedia: ((constraints: MediaStreamConstraints) => Promise<MediaStream>) | undefined;
  /** Makes a stream of a track that came without one. */
  readonly createStream: (track: MediaStreamTrack) => MediaStream;
  /** Posts the offer. */
  readonly fetch: (url: string, init: RequestInit) => Promise<Response>;
  /** Runs a function once after a delay in milliseconds; the return cancels it. */
  readonly setTimer: (run: () => void, delayMs: number) => () => void;
}
