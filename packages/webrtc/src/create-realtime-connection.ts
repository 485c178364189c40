import type { CallRoute } from './call-route.ts';
import { ConnectionAttempt } from './connection-attempt.ts';
import { ConnectionError } from './connection-error.ts';
import { createListeners } from './listeners.ts';
import { assertOptions } from './options.ts';
import { resolvePlatform } from './platform.ts';
import type {
  AttemptState,
  ConnectionState,
  ConnectOptions,
  RealtimeConnection,
  RealtimeConnectionOptions,
  TokenSource,
} from './realtime-connection.ts';
import { createOnEvent, type RealtimeEvent } from './realtime-event.ts';
import { createBrake } from './retry.ts';

const idle: ConnectionState = { status: 'idle', muted: false };

/**
 * Creates a voice connection to the Realtime API over WebRTC. Each call is opened with a fresh token, or by your server
 * through a call route.
 *
 * @param source - A token manager, or `callRoute(url)`. The call ends when the token manager is reset or disposed.
 * @param options - Checked now, and read when each is needed, so that they can change later: then `connect()` rejects with
 * `invalid-options`. The defaults fit OpenAI.
 * @throws TypeError that names an option that is out of range or of the wrong type, or a missing source.
 *
 * @example
 * ```ts
 * const connection = createRealtimeConnection(tokens);
 * button.onclick = () => connection.connect();
 * ```
 */
export function createRealtimeConnection(
  source: TokenSource | CallRoute,
  options: RealtimeConnectionOptions = {},
): RealtimeConnection {
  assertOptions({ options, source });
  const events = createListeners<[RealtimeEvent]>();
  const store = createStateStore();
  const brake = createBrake();
  const unended = {};
  let attempt: ConnectionAttempt | undefined;

  function startAttempt(): ConnectionAttempt {
    const platform = resolvePlatform(options);
    attempt = new ConnectionAttempt({
      source,
      unended,
      options,
      platform,
      isMuted: store.isMuted,
      onEvent: events.notify,
      onState(next) {
        if (next.status === 'failed') brake.countFailure(platform);
        store.setState(next);
      },
    });
    const started = attempt;
    void started.run(brake.getDelayMs(platform));
    return started;
  }

  function connect({ signal }: ConnectOptions = {}): Promise<void> {
    const opened = signal?.aborted
      ? Promise.reject(new ConnectionError('closed', { cause: signal.reason }))
      : (attempt && !attempt.isOver ? attempt : startAttempt()).waitUntilOpen(signal);
    // The state has the error too, so that an event handler need not handle the rejection.
    opened.catch(() => undefined);
    return opened;
  }

  function setMuted(next: 'muted' | 'unmuted'): void {
    store.setMuted(next, () => attempt?.updateMuted());
  }

  events.subscribe((event) => options.onEvent?.(event));
  return {
    connect,
    close: () => attempt?.end(new ConnectionError('closed')),
    send(event) {
      const channel = attempt?.channel;
      if (channel?.readyState !== 'open') throw new ConnectionError('closed');
      channel.send(JSON.stringify(event));
    },
    onEvent: createOnEvent(events.subscribe),
    mute: () => setMuted('muted'),
    unmute: () => setMuted('unmuted'),
    setMicrophone: (audio) => attempt?.setMicrophone(audio) ?? Promise.reject(new ConnectionError('closed')),
    resumePlayback: () => attempt?.playback.play(),
    getState: store.getState,
    getInitialState: () => idle,
    subscribe: store.subscribe,
  };
}

/** Holds the state, and whether the user is muted, which outlives an attempt. */
function createStateStore() {
  const { notify, subscribe } = createListeners<[ConnectionState, ConnectionState]>();
  let state = idle;
  let muted = false;

  function setState(next: AttemptState): void {
    const previous = state;
    state = { ...next, muted };
    notify(state, previous);
  }

  return {
    subscribe,
    setState,
    getState: () => state,
    isMuted: () => muted,
    /** `apply` mutes an open call, which reports its state. */
    setMuted(next: 'muted' | 'unmuted', apply: () => void) {
      muted = next === 'muted';
      apply();
      if (state.muted !== muted) setState(state);
    },
  };
}
