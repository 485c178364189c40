import type { Environment } from '@realtime-session/core';

/** The browser features a connection uses. A test or another runtime can pass some or all of its own. */
export interface ConnectionPlatform {
  /** The `RTCPeerConnection` class; `undefined` where WebRTC is not available. */
  readonly PeerConnection: (new () => RTCPeerConnection) | undefined;
  /** Asks for the microphone. Returns `undefined` outside a secure context. */
  readonly getUserMedia: (constraints: MediaStreamConstraints) => Promise<MediaStream> | undefined;
  /** Creates a stream from a track. */
  readonly createStream: (track: MediaStreamTrack) => MediaStream;
  /** Creates an element that plays audio. */
  readonly createAudio: () => PlaybackElement;
  /** Sends requests. */
  readonly fetch: (url: string, init: RequestInit) => Promise<Response>;
  /** Calls a function once after a delay in milliseconds. The returned function cancels the timer. */
  readonly setTimer: (run: () => void, delayMs: number) => () => void;
  /** Calls a function whenever the network comes back, until the signal aborts. */
  readonly onOnline: (run: () => void, signal: AbortSignal) => void;
  /** Whether the browser has a network. A hint: only attempts to reconnect wait for it. */
  readonly isOnline: () => boolean;
  /**
   * Calls a function when the page is left, as at `pagehide`, and when it is visible again, until the signal aborts. Default:
   * the page's own events, and nothing where there is no page. Used with a call route.
   */
  readonly onPageChange?:
    ((run: (change: 'hide' | 'visible') => void, signal: AbortSignal) => void) | undefined;
  /** The wall clock, in milliseconds since 1970. */
  readonly nowMs: () => number;
  /** A clock that never goes back, in milliseconds. */
  readonly monotonicMs: () => number;
  /** Returns a number in [0, 1), for jitter. */
  readonly random: () => number;
  /** The page's address, for error messages about other origins. Default: they are not mentioned. */
  readonly pageUrl?: string | undefined;
}

/** The part of an `<audio>` or `<video>` element that plays the model's voice. */
export type PlaybackElement = Pick<HTMLMediaElement, 'srcObject' | 'play'>;

/** Every global is looked up when it is used, so that it can be installed or replaced after this module loads. */
const browserPlatform: ConnectionPlatform = {
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
  onOnline: (run, signal) => (globalThis as EventSource).addEventListener?.('online', run, { signal }),
  // The DOM types promise it everywhere; servers and React Native do not have it.
  isOnline: () => (globalThis.navigator as Navigator | undefined)?.onLine !== false,
  nowMs: () => Date.now(),
  monotonicMs: () => performance.now(),
  random: () => Math.random(),
  get pageUrl() {
    // The DOM types promise it everywhere; servers and React Native do not have it.
    return (globalThis.location as Location | undefined)?.href;
  },
};

/** Completes the app's platform with its environment, and then with the browser's own features. */
export function resolvePlatform({ environment, platform }: PlatformOptions): ConnectionPlatform {
  return { ...browserPlatform, ...(environment && fromEnvironment(environment)), ...platform };
}

interface PlatformOptions {
  readonly environment?: Environment | undefined;
  readonly platform?: Partial<ConnectionPlatform> | undefined;
}

function fromEnvironment(environment: Environment): Partial<ConnectionPlatform> {
  const { clock } = environment;
  const listen = (type: string, run: () => void, signal: AbortSignal): void => {
    const stop = environment.onChange((change) => {
      if (change === type) run();
    });
    signal.addEventListener('abort', stop);
  };
  return {
    nowMs: () => clock.nowMs(),
    monotonicMs: () => clock.monotonicMs(),
    random: () => environment.random(),
    setTimer: (run, delayMs) => clock.setTimer(run, delayMs, 'caller'),
    isOnline: () => environment.isOnline(),
    onOnline: (run, signal) => listen('online', run, signal),
    onPageChange(run, signal) {
      listenToPageHide(run, signal);
      listen('visible', () => run('visible'), signal);
    },
  };
}

/** The DOM types promise these members everywhere; React Native and servers do not have them. */
type EventSource = Partial<Pick<EventTarget, 'addEventListener'>>;

type PageListener = (change: 'hide' | 'visible') => void;

/** Listens to a page in a browser. React Native, for example, has none. */
export function listenToPage(run: PageListener, signal: AbortSignal): void {
  const page = globalThis.document as (EventSource & Pick<Document, 'hidden'>) | null | undefined;
  listenToPageHide(run, signal);
  page?.addEventListener?.('visibilitychange', () => page.hidden || run('visible'), { signal });
}

function listenToPageHide(run: PageListener, signal: AbortSignal): void {
  (globalThis as EventSource).addEventListener?.('pagehide', () => run('hide'), { signal });
}
