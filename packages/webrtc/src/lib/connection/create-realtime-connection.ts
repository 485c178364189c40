import { playVoice } from '../audio/hear-voice.ts';
import { letHear } from '../audio/let-hear.ts';
import { ConnectionError } from '../errors/connection-error.ts';
import { browserPlatform } from '../platform/browser-platform.ts';
import type { ConnectionState } from './connection-state.ts';
import type { Line, LineHost } from './line.ts';
import { createListeners } from './listeners.ts';
import type {
  ConnectOptions,
  RealtimeConnection,
  RealtimeConnectionOptions,
  RealtimeEvent,
  TokenSource,
} from './realtime-connection.ts';
import { runLine } from './run-line.ts';
import { createSpan } from './span.ts';

/** Never connected. */
const idle: ConnectionState = { status: 'idle' };

/**
 * A voice connection to the Realtime API over WebRTC, opened with a fresh token each time.
 *
 * @param tokens - A token manager.
 * @param options - All have a default that is right for OpenAI. Each is read when it is needed.
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
  const { tell, add: onEvent } = createListeners<[RealtimeEvent]>();
  const { tell: tellState, add: subscribe } = createListeners<[ConnectionState, ConnectionState]>();
  let state = idle;
  let line: Line | undefined;

  function set(next: ConnectionState): void {
    const previous = state;
    tellState((state = next), previous);
  }

  const getState = (): ConnectionState => state;
  const host: LineHost = {
    tokens,
    options,
    platform: options.platform ?? browserPlatform,
    tell,
    getState,
    say(subject, next) {
      if (!subject.signal.aborted) set(next);
    },
    fail(subject, thrown) {
      if (subject.signal.aborted) return;
      const error = subject.end('lost', thrown);
      set(error.code === 'closed' ? { status: 'closed' } : { status: 'failed', error });
    },
    voice: 'heard',
  };

  const close = (): void => line && host.fail(line, new ConnectionError('closed'));

  function connect({ signal }: ConnectOptions = {}): Promise<void> {
    if (signal?.aborted) return Promise.reject(new ConnectionError('closed'));
    if (line?.signal.aborted !== false) {
      // The rest is there before anyone looks for it.
      line = createSpan(host.platform) as Line;
      void runLine(line, host);
    }
    const { opened } = line;
    const leave = (): void => signal?.removeEventListener('abort', close);
    signal?.addEventListener('abort', close);
    opened.then(leave, leave);
    return opened;
  }

  onEvent((event) => options.onEvent?.(event));
  return {
    connect,
    close,
    send(event) {
      const channel = line?.channel;
      if (channel?.readyState !== 'open') throw new ConnectionError('closed');
      channel.send(JSON.stringify(event));
    },
    onEvent,
    mute: () => letHear('muted', host, line),
    unmute: () => letHear('heard', host, line),
    resumePlayback: () => line && playVoice(line, host),
    getState,
    getInitialState: () => idle,
    subscribe,
  };
}
