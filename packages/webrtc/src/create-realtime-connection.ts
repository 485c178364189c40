import { ConnectionAttempt } from './connection-attempt.ts';
import { ConnectionError } from './connection-error.ts';
import { createListeners } from './listeners.ts';
import { browserPlatform } from './platform.ts';
import type {
  ConnectionContext,
  ConnectionState,
  ConnectOptions,
  RealtimeConnection,
  RealtimeConnectionOptions,
  RealtimeEvent,
  TokenSource,
} from './realtime-connection.ts';

const idle: ConnectionState = { status: 'idle' };

/**
 * Creates a voice connection to the Realtime API over WebRTC. Each call is opened with a fresh token.
 *
 * @param tokens - A token manager.
 * @param options - Each option is read when it is needed. The defaults fit OpenAI.
 *
 * @example
 * ```ts
 * const connection = createRealtimeConnection(tokens);
 * button.onclick = () => connection.connect();
 * ```
 */
export function createRealtimeConnection(
  tokens: TokenSource,
  options: RealtimeConnectionOptions = {},
): RealtimeConnection {
  const eventListeners = createListeners<[RealtimeEvent]>();
  const stateListeners = createListeners<[ConnectionState, ConnectionState]>();
  let state = idle;
  let microphone: 'muted' | 'unmuted' = 'unmuted';
  let attempt: ConnectionAttempt | undefined;

  const context: ConnectionContext = {
    tokens,
    options,
    platform: options.platform ?? browserPlatform,
    isMuted: () => microphone === 'muted',
    onEvent: eventListeners.notify,
    onState(next) {
      const previous = state;
      state = next;
      stateListeners.notify(next, previous);
    },
  };

  function connect({ signal }: ConnectOptions = {}): Promise<void> {
    if (signal?.aborted) return Promise.reject(new ConnectionError('closed'));
    if (!attempt || attempt.isOver) {
      attempt = new ConnectionAttempt(context);
      void attempt.run();
    }
    const opened = attempt.waitUntilOpen();
    const removeListener = (): void => signal?.removeEventListener('abort', close);
    signal?.addEventListener('abort', close);
    opened.then(removeListener, removeListener);
    return opened;
  }

  function close(): void {
    attempt?.end(new ConnectionError('closed'));
  }

  function setMuted(next: 'muted' | 'unmuted'): void {
    microphone = next;
    attempt?.setMuted(next);
  }

  eventListeners.subscribe((event) => options.onEvent?.(event));
  return {
    connect,
    close,
    send(event) {
      const channel = attempt?.channel;
      if (channel?.readyState !== 'open') throw new ConnectionError('closed');
      channel.send(JSON.stringify(event));
    },
    onEvent: eventListeners.subscribe,
    mute: () => setMuted('muted'),
    unmute: () => setMuted('unmuted'),
    resumePlayback: () => attempt?.playback.play(),
    getState: () => state,
    getInitialState: () => idle,
    subscribe: stateListeners.subscribe,
  };
}
