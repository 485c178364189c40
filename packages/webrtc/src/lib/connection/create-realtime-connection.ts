import { browserPlatform } from '../platform/browser-platform.ts';
import { connectUntil } from './connect-until.ts';
import type { ConnectionState } from './connection-state.ts';
import { createCurrentCall } from './current-call.ts';
import { createObservable, quietly } from './observable.ts';
import { openCall } from './open-call.ts';
import { parseEvent } from './parse-event.ts';
import type {
  RealtimeConnection,
  RealtimeConnectionOptions,
  RealtimeEvent,
  TokenSource,
} from './realtime-connection.ts';

const idle: ConnectionState = { status: 'idle' };

/**
 * A voice connection to the Realtime API over WebRTC, opened with a fresh token each time.
 *
 * @param tokens - A token manager.
 * @param options - All have a default that is right for OpenAI.
 *
 * @example
 * ```ts
 * const connection = createRealtimeConnection(tokens, { onRemoteStream: (stream) => (audio.srcObject = stream) });
 * button.onclick = () => connection.connect();
 * ```
 */
export function createRealtimeConnection(
  tokens: TokenSource,
  options: RealtimeConnectionOptions = {},
): RealtimeConnection {
  const { getState, setState, subscribe } = createObservable(idle);
  const listeners = new Set<(event: RealtimeEvent) => void>();
  let voice: 'heard' | 'muted' = 'heard';
  if (options.onEvent) listeners.add(options.onEvent);

  function tell(text: string): void {
    const event = parseEvent(text);
    if (event) for (const listener of [...listeners]) quietly(() => listener(event));
  }

  function speak(next: 'heard' | 'muted'): void {
    voice = next;
    for (const track of current.get()?.tracks() ?? []) track.enabled = next === 'heard';
  }

  const current = createCurrentCall(
    (onLost) =>
      openCall(tokens, options, {
        platform: options.platform ?? browserPlatform,
        onAudio: (tracks) => {
          if (voice === 'muted') for (const track of tracks) track.enabled = false;
        },
        onMessage: tell,
        onLost,
      }),
    setState,
  );

  return {
    connect: ({ signal } = {}) => (signal ? connectUntil(current, signal) : current.connect()),
    close: () => current.close(),
    send(event) {
      const channel = current.get()?.channel();
      if (getState().status !== 'connected' || !channel) {
        throw new Error('Not connected. Wait for connect() before send().');
      }
      channel.send(JSON.stringify(event));
    },
    onEvent(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    mute: () => speak('muted'),
    unmute: () => speak('heard'),
    getState,
    getInitialState: () => idle,
    subscribe,
  };
}
