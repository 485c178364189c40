import type { RefreshReason, TokenEvent, TokenState } from '@realtime-session/core';

/** The lifetime of one token. All times are in milliseconds since 1970 on the manager's clock. */
export interface TokenLifetime {
  /** When the token was requested. */
  readonly fromMs: number;
  readonly expiresAtMs: number | undefined;
  /** When its lead begins; `undefined` while no refresh is scheduled. */
  readonly refreshAtMs: number | undefined;
  /** When it was replaced, invalidated or forgotten; `undefined` while it is current. */
  readonly endedAtMs: number | undefined;
}

export interface Mint {
  readonly fromMs: number;
  /** `undefined` while it runs. */
  readonly untilMs: number | undefined;
  readonly reason: RefreshReason;
  readonly attempt: number;
  readonly outcome: 'running' | 'succeeded' | 'failed' | 'dropped';
}

export interface LogEntry {
  readonly id: number;
  readonly atMs: number;
  readonly text: string;
}

/** What the panel has seen of a session. Each list starts with the oldest. Never holds a token. */
export interface SessionLog {
  readonly state: TokenState;
  readonly lifetimes: readonly TokenLifetime[];
  readonly mints: readonly Mint[];
  readonly entries: readonly LogEntry[];
}

const MAX_LENGTH = 60;

/** Starts a log with what the current state shows. */
export function startLog(state: TokenState, nowMs: number): SessionLog {
  const empty: SessionLog = { state: { status: 'idle' }, lifetimes: [], mints: [], entries: [] };
  const log = recordState(empty, state, nowMs);
  if (state.status !== 'loading' || state.retryAtMs !== undefined) return log;
  const { attempt } = state;
  const mint: Mint = { fromMs: nowMs, untilMs: undefined, reason: 'initial', attempt, outcome: 'running' };
  return { ...log, mints: [mint] };
}

export function recordState(log: SessionLog, state: TokenState, nowMs: number): SessionLog {
  const last = log.lifetimes.at(-1);
  const current = last?.endedAtMs === undefined ? last : undefined;
  const earlier = current ? log.lifetimes.slice(0, -1) : log.lifetimes;
  const ended = current ? [...earlier, { ...current, endedAtMs: nowMs }] : earlier;
  if (state.status !== 'ready') return { ...log, state, lifetimes: ended };
  const { acquiredAtMs: fromMs, expiresAtMs, refreshAtMs } = state;
  const lifetime: TokenLifetime = { fromMs, expiresAtMs, refreshAtMs, endedAtMs: undefined };
  const previous = current?.fromMs === fromMs ? earlier : ended;
  return { ...log, state, lifetimes: append(previous, lifetime) };
}

export function recordEvent(log: SessionLog, event: TokenEvent): SessionLog {
  const id = (log.entries.at(-1)?.id ?? 0) + 1;
  const entry: LogEntry = { id, atMs: event.atMs, text: describeEvent(event) };
  return { ...log, mints: recordMint(log.mints, event), entries: append(log.entries, entry) };
}

function recordMint(mints: readonly Mint[], event: TokenEvent): readonly Mint[] {
  if (event.type === 'mint-started') {
    const { atMs: fromMs, reason, attempt } = event;
    return append(mints, { fromMs, untilMs: undefined, reason, attempt, outcome: 'running' });
  }
  const running = mints.at(-1);
  const outcome = toOutcome(event);
  if (outcome === undefined || running?.outcome !== 'running') return mints;
  return [...mints.slice(0, -1), { ...running, untilMs: event.atMs, outcome }];
}

function toOutcome({ type }: TokenEvent): Mint['outcome'] | undefined {
  switch (type) {
    case 'mint-succeeded':
      return 'succeeded';
    case 'mint-failed':
      return 'failed';
    case 'mint-dropped':
      return 'dropped';
    default:
      return undefined;
  }
}

function describeEvent(event: TokenEvent): string {
  switch (event.type) {
    case 'mint-started':
      return `mint started: ${event.reason}${event.attempt > 1 ? `, attempt ${event.attempt}` : ''}`;
    case 'mint-succeeded':
      return `token received: valid for ${Math.round(event.lifetimeMs / 1_000)} s, took ${Math.round(event.durationMs)} ms`;
    case 'mint-failed':
      return `mint failed: ${event.error.code}${event.error.status ? ` ${event.error.status}` : ''}`;
    case 'mint-dropped':
      return `mint dropped: ${event.cause}`;
    case 'token-expired':
      return 'token expired';
    case 'token-invalidated':
      return 'token invalidated';
    case 'refresh-paused':
      return 'refreshing paused: the last tokens were not used';
    case 'reset':
    case 'disposed':
      return event.type;
  }
}

function append<T>(list: readonly T[], item: T): readonly T[] {
  return [...list, item].slice(-MAX_LENGTH);
}
