import type { Fault, FaultScope, FaultTarget } from '../faults/catalog.ts';
import type { ActiveFault } from '../faults/fault-registry.ts';
import type { EmulatedCall } from '../journal/emulated-call.ts';
import type { EmulatorSession } from '../journal/session-handle.ts';
import type { OpenSession } from '../shared/open-session.ts';
import { matchesSession } from '../script/session-match.ts';
import type { SessionMatch } from '../script/session-match.ts';
import { waitUntil } from '../journal/wait-for-event.ts';
import type { WaitOptions } from '../journal/wait-for-event.ts';
import { parseScript } from '../script/parse-script.ts';
import type { ConversationScript, UnmatchedTurn } from '../script/script.ts';
import { requireInteger } from '../shared/option-error.ts';
import type { EmulatorContext } from '../state/context.ts';
import { ABNORMAL_CLOSURE } from '../state/registries.ts';

const MAX_ADVANCE_MS = 365 * 24 * 3_600_000;

/** What a test can do with a running emulator, from code and over its control endpoint. */
export interface EmulatorControls {
  /** Counts what has happened so far. */
  stats(): EmulatorStats;
  /** Lists the open sessions, oldest first. With `all`, also the newest 100 that have closed. */
  sessions(which?: 'open' | 'all'): readonly EmulatorSession[];
  /** Returns a session, open or closed, by its session id or call id; `undefined` if there is none. */
  session(id: string): EmulatorSession | undefined;
  /**
   * Resolves with the newest open session that matches, or with the next one that opens. Throws {@link EmulatorSessionError} with
   * the code `timeout` if none has opened after `timeoutMs`.
   *
   * @param match - Which sessions are meant. Default: any.
   *
   * @example
   * ```ts
   * const session = await emulator.waitForSession({ model: 'gpt-realtime-2.1' });
   * ```
   */
  waitForSession(match?: SessionMatch, options?: Pick<WaitOptions, 'timeoutMs'>): Promise<EmulatorSession>;
  /**
   * Replaces the scripts of all sessions from their next turn on, and empties `unmatchedTurns()`. `undefined` removes them. Throws
   * {@link EmulatorOptionError} for an invalid script; the message names the path of the mistake.
   */
  setScript(script: ConversationScript | readonly ConversationScript[] | undefined): void;
  /** Lists the newest 1,000 turns that no turn of a script with `onUnmatched: 'error'` matched, oldest first. */
  unmatchedTurns(): readonly UnmatchedTurn[];
  /** Lists every call that was created, oldest first, also those that have ended. */
  calls(): readonly EmulatedCall[];
  /** Returns a call by its id, `rtc_…`; `undefined` if there is none. */
  call(id: string): EmulatedCall | undefined;
  /**
   * Breaks every connection without a close message, like a lost network: WebSockets close with 1006, WebRTC clients notice
   * within seconds, or immediately with `{ notice: 'immediate' }`. Resolves when every socket has closed.
   */
  dropSessions(options?: DropOptions): Promise<void>;
  /**
   * Moves the clock ahead, by 0 to 31536000000 ms (a year): tokens expire and sessions reach their limit without waiting.
   * Throws {@link EmulatorOptionError} for any other number.
   */
  advance(ms: number): void;
  /**
   * Injects a fault, in place of the active one at the same target. Throws {@link EmulatorOptionError} for a fault that is
   * unknown, out of range, or does not apply to the target.
   */
  fail(fault: Fault, scope?: FaultScope): void;
  /** Clears the fault of one target, or all faults. Requests that already hang keep hanging. */
  clearFaults(at?: FaultTarget): void;
  /** Lists the active faults. */
  faults(): readonly ActiveFault[];
}

/** How sessions are dropped. */
export interface DropOptions {
  /**
   * When WebRTC clients notice. `none` (default): after about six seconds without packets, as after a network failure.
   * `immediate`: their data channel closes first.
   */
  readonly notice?: 'none' | 'immediate';
}

/** Counts of an emulator. */
export interface EmulatorStats {
  /** Tokens minted. */
  readonly mints: number;
  /** Calls created, whatever became of the response: a request that is repeated counts twice. */
  readonly calls: number;
  /** WebRTC peers that have not closed, connected or not. */
  readonly peers: number;
  /** Sessions opened, over WebSocket and WebRTC. */
  readonly sessions: number;
  /** Sessions open now. */
  readonly openSessions: number;
}

/** The status of an emulator, as its control endpoint reports it. Contains no tokens, keys or instructions. */
export interface EmulatorStatus {
  /** Counts of what has happened. */
  readonly stats: EmulatorStats;
  /** The open sessions, oldest first. */
  readonly sessions: readonly OpenSession[];
  /** The newest turns that no turn of a script with `onUnmatched: 'error'` matched. */
  readonly unmatchedTurns: readonly UnmatchedTurn[];
  /** The active faults. */
  readonly faults: readonly ActiveFault[];
}

const CONTROL_PATH = '/_emulator';

/** Paths of the control endpoint, relative to the emulator's URL. */
export const CONTROL_PATHS = {
  status: CONTROL_PATH,
  faults: `${CONTROL_PATH}/faults`,
  drop: `${CONTROL_PATH}/drop`,
  advance: `${CONTROL_PATH}/advance`,
  script: `${CONTROL_PATH}/script`,
  calls: `${CONTROL_PATH}/calls`,
  sessions: `${CONTROL_PATH}/sessions`,
  waitForSession: `${CONTROL_PATH}/sessions/wait`,
} as const;

export function isControlPath(path: string): boolean {
  return path === CONTROL_PATH || path.startsWith(`${CONTROL_PATH}/`);
}

export function createControls(context: EmulatorContext): EmulatorControls {
  const { counts, sessions, scripts, calls, clock, faults } = context;
  return {
    stats: () => ({ ...counts, peers: calls.peerCount() }),
    calls: () => calls.list().map(({ handle }) => handle),
    call: (id) => calls.get(id)?.handle,
    sessions: (which = 'open') => sessions.list(which).map(({ session }) => session),
    session: (id) => sessions.get(id),
    waitForSession: (match = {}, { timeoutMs } = {}) =>
      waitUntil(
        () =>
          sessions
            .list('open')
            .filter((entry) => matchesSession(entry, match))
            .at(-1)?.session,
        {
          timeoutMs,
          subscribe: (check) => sessions.subscribe(check),
          closed: context.closing,
          onTimeout: (ms) =>
            `No session that matches has opened within ${String(ms)} ms; ${String(counts.openSessions)} other sessions are open.`,
          onClosed: () => 'The emulator closed while it waited for a session.',
        },
      ),
    setScript: (script) => scripts.set(script === undefined ? [] : parseScript(script)),
    unmatchedTurns: () => scripts.unmatched(),
    async dropSessions({ notice = 'none' } = {}) {
      for (const call of calls.list()) {
        call.dropSidebands(ABNORMAL_CLOSURE);
        call.losePage(ABNORMAL_CLOSURE, notice === 'none' ? 'now' : 'after-notice');
      }
      await Promise.all([calls.waitForPeers(), sessions.dropAll()]);
    },
    advance: (ms) => clock.advance(requireInteger('ms', ms, { min: 0, max: MAX_ADVANCE_MS })),
    fail: (fault, scope) => faults.fail(fault, scope),
    clearFaults: (at) => faults.clearFaults(at),
    faults: () => faults.list(),
  };
}
