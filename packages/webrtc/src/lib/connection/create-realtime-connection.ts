import { ConnectionError } from '../errors/connection-error.ts';
import { browserPlatform } from '../platform/browser-platform.ts';
import type { ConnectionState } from './connection-state.ts';
import { createObservable, quietly } from './observable.ts';
import { openCall, type Call } from './open-call.ts';
import { parseEvent } from './parse-event.ts';
import type { RealtimeConnection, RealtimeConnectionOptions, TokenSource } from './realtime-connection.ts';

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
  const platform = options.platform ?? browserPlatform;
  const { getState, setState, subscribe } = createObservable(idle);
  let current: { readonly call: Call; readonly connecting: Promise<void> } | undefined;

  /** Only the current call may change the state: what an older one still has to say is not news. */
  function finish(call: Call, next: ConnectionState): void {
    call.end();
    if (current?.call !== call) return;
    current = undefined;
    setState(next);
  }

  function start(): Promise<void> {
    const call = openCall(tokens, options, {
      platform,
      listener: {
        onMessage: (text) => {
          const event = current?.call === call ? parseEvent(text) : undefined;
          if (event) quietly(() => options.onEvent?.(event));
        },
        onLost: () => {
          if (getState().status === 'connected') finish(call, { status: 'failed', error: lostError() });
        },
      },
    });
    const connecting = call.opened.then(
      () => {
        if (current?.call === call) setState({ status: 'connected' });
      },
      (thrown: unknown) => {
        const error = asConnectionError(thrown);
        finish(call, { status: 'failed', error });
        throw error;
      },
    );
    // Whoever does not wait for the outcome reads it from the state.
    connecting.catch(() => undefined);
    current = { call, connecting };
    setState({ status: 'connecting' });
    return connecting;
  }

  return {
    connect: () => current?.connecting ?? start(),
    close() {
      if (current) finish(current.call, { status: 'closed' });
    },
    send(event) {
      const channel = current?.call.channel();
      if (getState().status !== 'connected' || !channel)
        throw new Error('Not connected. Wait for connect() before send().');
      channel.send(JSON.stringify(event));
    },
    setVoice(voice) {
      for (const track of current?.call.tracks() ?? []) track.enabled = voice === 'heard';
    },
    getState,
    getInitialState: () => idle,
    subscribe,
  };
}

function asConnectionError(thrown: unknown): ConnectionError {
  if (thrown instanceof ConnectionError) return thrown;
  return new ConnectionError('lost', 'The browser could not set up the connection. Its cause says why.', {
    cause: thrown,
  });
}

function lostError(): ConnectionError {
  return new ConnectionError(
    'lost',
    'The connection to the API broke down. Call connect() for a new session.',
  );
}
