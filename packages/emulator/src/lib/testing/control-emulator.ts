import { CONTROL_PATHS } from '../emulator/controls.ts';
import type { DropOptions, EmulatorStatus } from '../emulator/controls.ts';
import type { Fault, FaultEntry, FaultScope, FaultTarget } from '../faults/catalog.ts';
import type { CallStatus } from '../journal/emulated-call.ts';
import type { JournalEntry } from '../journal/journal.ts';
import type { JournalEvent } from '../journal/redact.ts';
import type { WaitOptions } from '../journal/wait-for-event.ts';
import type { ConversationScript, UnmatchedTurn } from '../script/script.ts';
import type { SessionMatch } from '../script/session-match.ts';
import { isRecord } from '../shared/json.ts';
import type { OpenSession } from '../shared/open-session.ts';

/** Controls an emulator in another process on this machine, such as one started with its command. */
export interface RemoteEmulator {
  /** Returns the status of the emulator and the catalog of faults. */
  status(): Promise<EmulatorStatus & { readonly catalog: Readonly<Record<string, FaultEntry>> }>;
  /** Like {@link RealtimeEmulator.fail}. */
  fail(fault: Fault, scope?: FaultScope): Promise<EmulatorStatus>;
  /** Like {@link RealtimeEmulator.clearFaults}. */
  clearFaults(at?: FaultTarget): Promise<EmulatorStatus>;
  /** Like {@link RealtimeEmulator.dropSessions}. */
  dropSessions(options?: DropOptions): Promise<EmulatorStatus>;
  /** Like {@link RealtimeEmulator.advance}. */
  advance(ms: number): Promise<EmulatorStatus>;
  /** Like {@link RealtimeEmulator.setScript}. Regular expressions are sent as text. */
  setScript(script: ConversationScript | readonly ConversationScript[] | undefined): Promise<EmulatorStatus>;
  /** Like {@link RealtimeEmulator.unmatchedTurns}. */
  unmatchedTurns(): Promise<readonly UnmatchedTurn[]>;
  /** Like {@link RealtimeEmulator.sessions}. */
  sessions(which?: 'open' | 'all'): Promise<readonly RemoteSession[]>;
  /** Like {@link RealtimeEmulator.session}: a session by its session id or call id. Throws if there is none. */
  session(id: string): Promise<RemoteSession>;
  /** Like {@link RealtimeEmulator.calls}, without the sessions. */
  calls(): Promise<readonly CallStatus[]>;
  /** Like {@link RealtimeEmulator.waitForSession}. */
  waitForSession(match?: SessionMatch, options?: Pick<WaitOptions, 'timeoutMs'>): Promise<RemoteSession>;
}

/** A session of an emulator in another process. */
export interface RemoteSession extends OpenSession {
  /** Like {@link EmulatorSession.state}. */
  state(): Promise<'open' | 'closed'>;
  /** Like {@link EmulatorSession.journal}. */
  journal(): Promise<readonly JournalEntry[]>;
  /** Like {@link EmulatorSession.received}. */
  received(type?: string): Promise<readonly JournalEvent[]>;
  /** Like {@link EmulatorSession.sent}. */
  sent(type?: string): Promise<readonly JournalEvent[]>;
  /** Like {@link EmulatorSession.waitFor}, for a type or the members of an event. */
  waitFor(match: string | Readonly<Record<string, unknown>>, options?: WaitOptions): Promise<JournalEvent>;
  /** Like {@link EmulatorSession.push}. */
  push(event: { readonly type: string; readonly [member: string]: unknown }): Promise<void>;
  /** Like {@link EmulatorSession.setScript}. Regular expressions are sent as text. */
  setScript(script: ConversationScript | readonly ConversationScript[]): Promise<void>;
}

type SendRequest = <T>(method: string, path: string, body?: object) => Promise<T>;

/** Thrown when the emulator could not be reached, or rejected a request. The message names the reason or the remedy. */
export class EmulatorControlError extends Error {
  override readonly name = 'EmulatorControlError';
}

/**
 * Controls an emulator over its control endpoint. Every method throws {@link EmulatorControlError}: with a remedy if no emulator
 * responds, and with the emulator's message if it rejects the request.
 *
 * @param url - Base URL of the emulator, such as `http://127.0.0.1:4141`.
 */
export function controlEmulator(url: string): RemoteEmulator {
  const request: SendRequest = async <T>(method: string, path: string, body?: object): Promise<T> => {
    const response = await send(new URL(path, url), method, body);
    const result: unknown = await response.json().catch(() => undefined);
    // Responses of the emulator are not validated: it is part of this package.
    if (response.ok) return result as T;
    throw new EmulatorControlError(
      getErrorMessage(result) ?? `There is no emulator at ${url}; check the address.`,
    );
  };
  return {
    status: () => request('GET', CONTROL_PATHS.status),
    fail: (fault, scope) => request('POST', CONTROL_PATHS.faults, { fault, ...scope }),
    clearFaults: (at) => request('DELETE', CONTROL_PATHS.faults + (at === undefined ? '' : `?at=${at}`)),
    dropSessions: (options = {}) => request('POST', CONTROL_PATHS.drop, options),
    advance: (ms) => request('POST', CONTROL_PATHS.advance, { ms }),
    setScript: (script) =>
      script === undefined
        ? request('DELETE', CONTROL_PATHS.script)
        : request('PUT', CONTROL_PATHS.script, script),
    calls: () => request('GET', CONTROL_PATHS.calls),
    unmatchedTurns: async () => (await request<EmulatorStatus>('GET', CONTROL_PATHS.status)).unmatchedTurns,
    async sessions(which = 'open') {
      const sessions = await request<OpenSession[]>('GET', `${CONTROL_PATHS.sessions}?which=${which}`);
      return sessions.map((session) => createRemoteSession(request, session));
    },
    async session(id) {
      const { session } = await request<SessionStatus>('GET', toSessionPath(id));
      return createRemoteSession(request, session);
    },
    async waitForSession(match = {}, options = {}) {
      const session = await request<OpenSession>('POST', CONTROL_PATHS.waitForSession, { match, ...options });
      return createRemoteSession(request, session);
    },
  };
}

interface SessionStatus {
  readonly session: OpenSession;
  readonly state: 'open' | 'closed';
  readonly journal: readonly JournalEntry[];
}

function toSessionPath(id: string): string {
  return `${CONTROL_PATHS.sessions}/${encodeURIComponent(id)}`;
}

function createRemoteSession(request: SendRequest, session: OpenSession): RemoteSession {
  const path = toSessionPath(session.id);
  const getStatus = (): Promise<SessionStatus> => request('GET', path);
  const selectEvents = async (
    direction: JournalEntry['direction'],
    type: string | undefined,
  ): Promise<readonly JournalEvent[]> =>
    (await getStatus()).journal
      .filter((entry) => entry.direction === direction && (type === undefined || entry.event.type === type))
      .map(({ event }) => event);
  return {
    ...session,
    state: async () => (await getStatus()).state,
    journal: async () => (await getStatus()).journal,
    received: (type) => selectEvents('received', type),
    sent: (type) => selectEvents('sent', type),
    waitFor: (match, options = {}) => request('POST', `${path}/wait`, { match, ...options }),
    async push(event) {
      await request('POST', `${path}/events`, event);
    },
    async setScript(script) {
      await request('PUT', `${path}/script`, script);
    },
  };
}

/** JSON has no regular expressions; a script has them as text, `/^hi/i`. */
function toJson(body: object): string {
  return JSON.stringify(body, (_name, value: unknown) => (value instanceof RegExp ? String(value) : value));
}

function getErrorMessage(result: unknown): string | undefined {
  const error = isRecord(result) ? result['error'] : undefined;
  const message = isRecord(error) ? error['message'] : undefined;
  return typeof message === 'string' ? message : undefined;
}

async function send(url: URL, method: string, body?: object): Promise<Response> {
  const json = {
    headers: { 'content-type': 'application/json' },
    body: body === undefined ? null : toJson(body),
  };
  try {
    return await fetch(url, { method, ...(body === undefined ? {} : json) });
  } catch (cause) {
    throw new EmulatorControlError(
      `No emulator is running at ${url.origin}; start one with realtime-emulator, or pass another address with --url.`,
      { cause },
    );
  }
}
