import type { IncomingMessage } from 'node:http';
import type { AudioChunk } from '../audio/codec.ts';
import type { SessionFault } from '../faults/apply-fault.ts';
import { getSafetyIdentifier } from '../http/request.ts';
import { createJournal } from '../journal/journal.ts';
import type { SessionOrigin } from '../script/session-match.ts';
import { parseJson } from '../shared/json.ts';
import type { EmulatorContext } from '../state/context.ts';
import type { Transport } from '../shared/open-session.ts';
import { checkSession } from '../state/models.ts';
import type { AnySessionConfig } from '../state/translation-config.ts';
import { createConversation } from './conversation.ts';
import type { Conversation, ConversationOptions } from './conversation.ts';
import { errorEvent } from './events.ts';
import type { Send, ServerEvent } from './events.ts';
import { createSessionClient } from './session-client.ts';
import type { SessionClient, SessionClientOptions } from './session-client.ts';
import type { AudioTrack } from './stream-response.ts';
import { createTranslation } from './translation.ts';
import type { TranslationSession } from './translation.ts';

const MINUTE_MS = 60_000;

/** Close code and reason of a WebSocket, or their equivalents for a call. */
export interface CloseInfo {
  readonly closeCode: number;
  readonly reason: string;
}

const INVALID_JSON = { code: 'invalid_json', message: 'We could not parse the event as JSON.' };
const EXPIRED: CloseInfo = { closeCode: 1001, reason: 'session_expired' };

/** The client of a translation session asked to close it. */
export const CLOSED_BY_CLIENT: CloseInfo = { closeCode: 1000, reason: 'session_closed' };

/** A server event as it is sent. */
export interface SentEvent extends ServerEvent {
  readonly event_id: string;
}

/** The connection that carries a session. */
export interface SessionConnection {
  readonly transport: Transport;
  /** Call id, `rtc_…`, of a WebRTC call. */
  readonly callId?: string;
  /** Where the session comes from. */
  readonly origin: SessionOrigin;
  /** `real-time`: the chunks of a response follow one another as on a network. `clock`: by the emulator's clock. */
  readonly pacing: 'real-time' | 'clock';
  /** Sends an event to the client. Does nothing once the connection is closing. */
  send(event: SentEvent): void;
  /** Creates the media track for audio; without one, audio is sent in events. */
  createTrack?(send: Send): AudioTrack;
  /** Closes the connection and informs the client as far as the transport allows. */
  close(info: CloseInfo): void;
  /** Breaks the connection without a close message, like a lost network. */
  drop(): void;
}

/** What happens to a session right after it opens. */
export type SessionOutcome = 'open' | 'expired' | 'dropped';

/** A session from its creation to its end. Its client can connect later, and leave before the end. */
export interface RunningSession {
  /** Handles a client event, as text. */
  receive(text: string): void;
  /** Takes audio from a media track. */
  receiveAudio(chunk: AudioChunk): void;
  /** Ends the session, or breaks its connection, if that is the outcome. */
  applyOutcome(outcome: SessionOutcome): void;
  /** The settings as they are now. */
  getConfig(): AnySessionConfig;
  /** Adds an id to an event. */
  toSentEvent(event: ServerEvent): SentEvent;
  /** Must be called when the client has connected: sends `session.created`. */
  open(): void;
  /** Must be called when the client has disconnected. The session continues. */
  leave(closeCode: number): void;
  /** Ends the session. */
  end(closeCode: number): void;
}

/** Creates a session that runs until it is ended or reaches the session limit. The token's expiry has no effect on it. */
export function createSession(
  context: EmulatorContext,
  config: AnySessionConfig,
  connection: SessionConnection,
): RunningSession {
  const { settings, clock, ids } = context;
  const ended = new AbortController();
  const endsAtMs = clock.nowMs() + settings.maxSessionMs;
  const session = { ...config, id: ids.createId('sess'), expires_at: Math.floor(endsAtMs / 1000) };
  const { createId } = ids.fork(session.id);
  const journal = createJournal(() => clock.nowMs(), { ...settings.journal, apiKeys: settings.apiKeys });
  const toSentEvent = (event: ServerEvent): SentEvent => ({ event_id: createId('event'), ...event });
  const send: Send = (input) => {
    if (ended.signal.aborted) return;
    const event = toSentEvent(input);
    journal.record('sent', event);
    connection.send(event);
  };
  const client = createClient(context, { session, connection, journal, send, endsAtMs });
  const services = { createId, send, planner: client.planner, closed: ended.signal };
  const conversation = createProtocol(context, { session, connection, ...services });
  const expire = (): void => {
    send(sessionExpired(settings.maxSessionMs));
    connection.close(EXPIRED);
  };
  const cancelExpiry = clock.schedule(endsAtMs, expire);

  return {
    getConfig: () => conversation.getSession(),
    toSentEvent,
    receive(text) {
      const event = parseJson(text);
      journal.record('received', event);
      if (event === undefined) send(errorEvent(INVALID_JSON));
      else conversation.handleEvent(event);
    },
    receiveAudio: (chunk) => conversation.appendAudio(chunk),
    applyOutcome(outcome) {
      if (outcome === 'expired') expire();
      if (outcome === 'dropped') connection.drop();
    },
    open() {
      client.open();
      send({ type: 'session.created', session: conversation.getSession() });
    },
    leave: (closeCode) => client.leave(closeCode),
    end(closeCode) {
      if (ended.signal.aborted) return;
      ended.abort();
      cancelExpiry();
      client.leave(closeCode);
    },
  };
}

interface ProtocolOptions extends Pick<ConversationOptions, 'createId' | 'planner' | 'closed'> {
  readonly session: AnySessionConfig;
  readonly connection: SessionConnection;
  readonly send: Send;
}

/** Creates the part of a session that handles what its client sends. */
function createProtocol(
  context: EmulatorContext,
  { session, connection, ...services }: ProtocolOptions,
): Conversation | TranslationSession {
  const track = connection.createTrack?.(services.send);
  if (session.type !== 'translation')
    return createConversation({ ...conversationServices(context, connection), session, track, ...services });
  return createTranslation({
    session,
    send: services.send,
    checkSession: (update) => checkSession(context, update, 'nested'),
    close: () => connection.close(CLOSED_BY_CLIENT),
  });
}

interface ClientOptions extends Pick<SessionClientOptions, 'journal' | 'send'> {
  readonly session: AnySessionConfig;
  readonly connection: SessionConnection;
  readonly endsAtMs: number;
}

function createClient(
  context: EmulatorContext,
  { session, connection, journal, send, endsAtMs }: ClientOptions,
): SessionClient {
  const { transport, callId, origin } = connection;
  const source = { transport, ...(callId === undefined ? {} : { callId }) };
  return createSessionClient(context, {
    session: { id: session.id, ...source, ...getModel(session), endsAtMs },
    origin,
    journal,
    send,
    drop: () => connection.drop(),
  });
}

/** What every conversation gets from the emulator. */
function conversationServices(
  context: EmulatorContext,
  { pacing }: SessionConnection,
): Omit<ConversationOptions, 'session' | 'createId' | 'planner' | 'send' | 'track' | 'closed'> {
  const { settings, clock, faults } = context;
  return {
    paceMs: settings.responsePaceMs,
    pacing,
    trackDeltas: settings.sideband.audio,
    minSpeechMs: settings.minSpeechMs,
    nowMs: () => clock.nowMs(),
    wait: (ms, signal) => clock.wait(ms, signal),
    schedule: (delayMs, run) => clock.schedule(clock.nowMs() + delayMs, run),
    checkSession: (update, parent) =>
      checkSession(context, update, parent === 'session' ? 'nested' : 'response'),
    takeFault: () => faults.takeFault('session'),
    takeTranscriptionFault: () => faults.takeFault('transcription'),
  };
}

function sessionExpired(maxSessionMs: number): ServerEvent {
  const message = `Your session hit the maximum duration of ${maxSessionMs / MINUTE_MS} minutes.`;
  return errorEvent({ code: 'session_expired', message });
}

export function toSessionOutcome(fault: SessionFault | undefined): SessionOutcome {
  switch (fault) {
    case 'close-1001':
      return 'expired';
    case 'drop':
      return 'dropped';
    default:
      return 'open';
  }
}

function getModel(session: AnySessionConfig): { readonly model?: string } {
  return session.type === 'transcription' ? {} : { model: session.model };
}

/** Returns where a session comes from that a credential opens. */
export function getOrigin(
  { tokens }: EmulatorContext,
  request: IncomingMessage,
  credential: string,
): SessionOrigin {
  const token = tokens.get(credential);
  return {
    token: token?.value,
    safetyIdentifier: getSafetyIdentifier(request) ?? token?.safetyIdentifier,
  };
}

/** Uses a token to open a session, once if the fault or the options require it. */
export function redeemToken(
  { tokens, settings }: EmulatorContext,
  token: string,
  fault: SessionFault | undefined,
): AnySessionConfig | undefined {
  return tokens.redeem(token, fault === 'token-used' ? 'once' : settings.reuse);
}
