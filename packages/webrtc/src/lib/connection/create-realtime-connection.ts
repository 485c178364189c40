import { playVoice } from '../audio/hear-voice.ts';
import { ConnectionError } from '../errors/connection-error.ts';
import { browserPlatform } from '../platform/browser-platform.ts';
import { createStates, idle } from './create-states.ts';
import type { Line, LineHost } from './line.ts';
import { createListeners } from './listeners.ts';
import type {
  RealtimeConnection,
  RealtimeConnectionOptions,
  RealtimeEvent,
  TokenSource,
} from './realtime-connection.ts';
import { runLine } from './run-line.ts';
import { createSpan } from './span.ts';
import { untilAborted } from './until-aborted.ts';

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
  const { platform = browserPlatform } = options;
  const { tell, add: onEvent } = createListeners<[RealtimeEvent]>();
  const { subscribe, ...states } = createStates();
  const host: LineHost = { ...states, tokens, options, platform, tell, voice: 'heard' };
  let line: Line | undefined;

  const close = (): void => line && host.fail(line, new ConnectionError('closed'));

  function sound(voice: LineHost['voice']): void {
    host.voice = voice;
    for (const track of line?.tracks ?? []) track.enabled = voice === 'heard';
  }

  function connect(): Promise<void> {
    if (line?.signal.aborted !== false) {
      // The rest is there before anyone looks for it.
      line = { ...createSpan(platform), playbackBlocked: false } as Line;
      void runLine(line, host);
      host.say(line, { status: 'connecting' });
    }
    return line.opened;
  }

  onEvent((event) => options.onEvent?.(event));
  return {
    connect: ({ signal } = {}) =>
      signal?.aborted
        ? Promise.reject(new ConnectionError('closed'))
        : untilAborted(connect(), close, signal),
    close,
    send(event) {
      const channel = line?.channel;
      if (channel?.readyState !== 'open') throw new ConnectionError('closed');
      channel.send(JSON.stringify(event));
    },
    onEvent,
    mute: () => sound('muted'),
    unmute: () => sound('heard'),
    resumePlayback: () => line && playVoice(line, host),
    getState: host.getState,
    getInitialState: () => idle,
    subscribe,
  };
}
