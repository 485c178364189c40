import { EmulatorOptionError } from '../shared/option-error.ts';
import { parseScript } from '../script/parse-script.ts';
import type { ConversationScript } from '../script/script.ts';
import { isRecord } from '../shared/json.ts';
import type { OpenSession } from '../shared/open-session.ts';
import type { Journal, JournalEntry } from './journal.ts';
import type { JournalEvent } from './redact.ts';
import { EmulatorSessionError, waitForEvent } from './wait-for-event.ts';
import type { EventMatch, WaitOptions } from './wait-for-event.ts';

/** A session that a test can read, wait for and send events to. It stays readable after it has closed. */
export interface EmulatorSession extends OpenSession {
  /** Whether the session is `open` or `closed`. */
  state(): 'open' | 'closed';
  /** Returns the events of both directions with their times, oldest first: the newest 1,000 of each direction. */
  journal(): readonly JournalEntry[];
  /** Returns the events that the client sent, oldest first; with a type, only the events of this type. */
  received(type?: string): readonly JournalEvent[];
  /** Returns the events that the emulator sent, oldest first; with a type, only the events of this type. */
  sent(type?: string): readonly JournalEvent[];
  /**
   * Resolves with an event from the client, or with an event to the client with `direction: 'sent'`. Past events count, unless
   * `from` is `now`. Throws {@link EmulatorSessionError} with a list of the events so far: after `timeoutMs`, or when the
   * session closes.
   *
   * @example
   * ```ts
   * await session.waitFor('response.create');
   * await session.waitFor({ type: 'conversation.item.create', item: { type: 'function_call_output' } }, { nth: 2 });
   * ```
   */
  waitFor(match: EventMatch, options?: WaitOptions): Promise<JournalEvent>;
  /**
   * Sends a server event to the client, unchanged except for an `event_id` if it has none. Throws {@link EmulatorOptionError} for an
   * event without a type, and {@link EmulatorSessionError} if the session has closed.
   */
  push(event: { readonly type: string; readonly [member: string]: unknown }): void;
  /**
   * Gives the session scripts of its own, which come before those of the emulator. Throws {@link EmulatorOptionError} for an invalid
   * script; the message names the path of the mistake.
   */
  setScript(script: ConversationScript | readonly ConversationScript[]): void;
}

/** What a session handle needs from its session. */
export interface SessionSource {
  /** What describes the session. */
  readonly session: OpenSession;
  /** The events of the session. */
  readonly journal: Journal;
  /** Aborted when the session has closed. */
  readonly closed: AbortSignal;
  /** Gives the session scripts of its own. */
  readonly setScripts: (scripts: readonly ConversationScript[]) => void;
  /** Records an event and sends it. */
  readonly send: (event: { readonly type: string; readonly [member: string]: unknown }) => void;
}

/** The members of {@link OpenSession} are its only properties, so that JSON and equality see a plain session. */
export class SessionHandle implements EmulatorSession {
  readonly id;
  readonly transport;
  declare readonly callId?: string;
  declare readonly model?: string;
  readonly openedAtMs;
  readonly endsAtMs;
  readonly #source: SessionSource;

  constructor(source: SessionSource) {
    const { id, transport, callId, model, openedAtMs, endsAtMs } = source.session;
    this.id = id;
    this.transport = transport;
    if (callId !== undefined) this.callId = callId;
    if (model !== undefined) this.model = model;
    this.openedAtMs = openedAtMs;
    this.endsAtMs = endsAtMs;
    this.#source = source;
  }

  state(): 'open' | 'closed' {
    return this.#source.closed.aborted ? 'closed' : 'open';
  }

  journal(): readonly JournalEntry[] {
    return this.#source.journal.entries();
  }

  received(type?: string): readonly JournalEvent[] {
    return selectEvents(this.journal(), 'received', type);
  }

  sent(type?: string): readonly JournalEvent[] {
    return selectEvents(this.journal(), 'sent', type);
  }

  waitFor(match: EventMatch, options?: WaitOptions): Promise<JournalEvent> {
    return waitForEvent(this.#source, match, options);
  }

  push(event: { readonly type: string; readonly [member: string]: unknown }): void {
    const input: unknown = event;
    const type = isRecord(input) ? input['type'] : undefined;
    if (typeof type !== 'string' || type === '')
      throw new EmulatorOptionError(
        'An event to push must be an object with a type, such as { type: "error" }.',
      );
    if (this.state() === 'closed')
      throw new EmulatorSessionError('closed', 'The session has closed; no event can be pushed into it.');
    this.#source.send(event);
  }

  setScript(script: ConversationScript | readonly ConversationScript[]): void {
    this.#source.setScripts(parseScript(script));
  }
}

function selectEvents(
  entries: readonly JournalEntry[],
  direction: JournalEntry['direction'],
  type: string | undefined,
): readonly JournalEvent[] {
  return entries
    .filter((entry) => entry.direction === direction && (type === undefined || entry.event.type === type))
    .map(({ event }) => event);
}
