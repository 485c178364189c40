import type { AudioChunk } from '../audio/codec.ts';
import type { SessionFault } from '../faults/apply-fault.ts';
import { createId } from '../shared/create-id.ts';
import { parseJson } from '../shared/json.ts';
import type { EmulatorContext } from '../state/context.ts';
import type { Transport } from '../state/emulator-event.ts';
import type { SessionConfig } from '../state/session-config.ts';
import { createConversation } from './conversation.ts';
import { errorEvent } from './events.ts';
import type { Send } from './events.ts';
import type { AudioTrack } from './stream-response.ts';

const MINUTE_MS = 60_000;

/** Close code and reason of a WebSocket, or their equivalents for a call. */
export interface CloseInfo {
  readonly closeCode: number;
  readonly reason: string;
}

/** The connection that carries a session. */
export interface SessionConnection {
  readonly transport: Transport;
  /** Call id, `rtc_…`, of a WebRTC call. */
  readonly callId?: string;
  readonly send: Send;
  /** The media track for audio; without one, audio is sent in events. */
  readonly track?: AudioTrack;
  /** Closes the connection and informs the client as far as the transport allows. */
  close(info: CloseInfo): void;
  /** Breaks the connection without a close message, like a lost network. */
  drop(): void;
}

/** What happens to a session right after it opens. */
export type SessionOutcome = 'open' | 'expired' | 'dropped';

export interface RunningSession {
  /** Handles a client event, as text. */
  receive(text: string): void;
  /** Takes audio from a media track. */
  receiveAudio(chunk: AudioChunk): void;
  applyOutcome(outcome: SessionOutcome): void;
  /** Must be called when the connection has closed. */
  handleClose(closeCode: number): void;
}

/** Runs a session until its connection closes or it reaches the session limit. The token's expiry has no effect on it. */
export function runSession(
  context: EmulatorContext,
  config: SessionConfig,
  connection: SessionConnection,
): RunningSession {
  const { counts, settings, clock, sessions, faults } = context;
  const closed = new AbortController();
  const openedAtMs = clock.nowMs();
  const endsAtMs = openedAtMs + settings.maxSessionMs;
  const session = { ...config, id: createId('sess'), expires_at: Math.floor(endsAtMs / 1000) };
  const { transport, callId, track, send } = connection;
  const conversation = createConversation({
    session,
    send,
    track,
    paceMs: settings.responsePaceMs,
    minSpeechMs: settings.minSpeechMs,
    closed: closed.signal,
    takeFault: () => faults.takeFault('session'),
  });
  const source = { transport, ...(callId === undefined ? {} : { callId }) };
  sessions.add({
    session: { id: session.id, ...source, openedAtMs, endsAtMs },
    closed: closed.signal,
    drop: () => connection.drop(),
  });
  const expire = (): void => {
    const message = `Your session hit the maximum duration of ${settings.maxSessionMs / MINUTE_MS} minutes.`;
    send(errorEvent({ code: 'session_expired', message }));
    connection.close({ closeCode: 1001, reason: 'session_expired' });
  };
  const cancelExpiry = clock.schedule(endsAtMs, expire);
  counts.sessions += 1;
  counts.openSessions += 1;
  settings.emit({ type: 'session-opened', sessionId: session.id, ...source });
  send({ type: 'session.created', session });

  return {
    receive(text) {
      const event = parseJson(text);
      if (event === undefined)
        send(errorEvent({ code: 'invalid_json', message: 'We could not parse the event as JSON.' }));
      else conversation.handleEvent(event);
    },
    receiveAudio: (chunk) => conversation.appendAudio(chunk),
    applyOutcome(outcome) {
      if (outcome === 'expired') expire();
      if (outcome === 'dropped') connection.drop();
    },
    handleClose(closeCode) {
      if (closed.signal.aborted) return;
      closed.abort();
      cancelExpiry();
      counts.openSessions -= 1;
      settings.emit({ type: 'session-closed', sessionId: session.id, closeCode, ...source });
    },
  };
}

export function toSessionOutcome(fault: SessionFault | undefined): SessionOutcome {
  switch (fault) {
    case 'close-1001':
      return 'expired';
    case 'drop':
      return 'dropped';
    case 'token-used':
    case undefined:
      return 'open';
  }
}

/** Uses a token to open a session, once if the fault or the options require it. */
export function redeemToken(
  { tokens, settings }: EmulatorContext,
  token: string,
  fault: SessionFault | undefined,
): SessionConfig | undefined {
  return tokens.redeem(token, fault === 'token-used' ? 'once' : settings.reuse);
}
