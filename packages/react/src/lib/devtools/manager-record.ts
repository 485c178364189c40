import type { RefreshReason, TokenEvent, TokenState } from '@realtime-session/core';

/** The life of one token. All moments are milliseconds since 1970 on the manager's clock. */
export interface Life {
  /** When it was asked for. */
  readonly fromMs: number;
  /** When it expires; `undefined` if nobody knows. */
  readonly expiresAtMs: number | undefined;
  /** When its lead begins; `undefined` while no refresh is scheduled. */
  readonly refreshAtMs: number | undefined;
  /** When it was replaced, refused or forgotten; `undefined` while it is current. */
  readonly endedAtMs: number | undefined;
}

/** One create-session call. */
export interface Mint {
  /** When it began. */
  readonly fromMs: number;
  /** When it ended; `undefined` while it runs. */
  readonly untilMs: number | undefined;
  /** Why it began. */
  readonly reason: RefreshReason;
  /** Which try it was. */
  readonly attempt: number;
  /** What became of it. */
  readonly outcome: 'running' | 'succeeded' | 'failed' | 'dropped';
}

/** One caller of `getToken()`. */
export interface Call {
  /** Tells calls apart. */
  readonly id: number;
  /** When it asked. */
  readonly fromMs: number;
  /** When it was answered; `undefined` while it waits. */
  readonly untilMs: number | undefined;
  /** What it got. */
  readonly outcome: 'waiting' | 'served' | 'rejected';
}

/** A line of a manager's diary. */
export interface Line {
  /** Tells lines apart. */
  readonly id: number;
  /** When. */
  readonly atMs: number;
  /** What, in a few words and without a secret. */
  readonly text: string;
}

/** What is known of a manager since somebody looked. Never holds a token. */
export interface ManagerRecord {
  /** Its state when last told. */
  readonly state: TokenState;
  /** Tokens, oldest first. */
  readonly lives: readonly Life[];
  /** Calls of the mint route, oldest first. */
  readonly mints: readonly Mint[];
  /** Callers, oldest first. */
  readonly calls: readonly Call[];
  /** What happened, oldest first. */
  readonly diary: readonly Line[];
}

/** How much of each list is kept. */
const KEPT = 60;

/** A manager of which nothing is known but its state. */
export function emptyRecord(state: TokenState, nowMs: number): ManagerRecord {
  const blank: ManagerRecord = { state: { status: 'idle' }, lives: [], mints: [], calls: [], diary: [] };
  const record = noteState(blank, state, nowMs);
  if (state.status !== 'loading' || state.retryAtMs !== undefined) return record;
  const { attempt } = state;
  const running: Mint = { fromMs: nowMs, untilMs: undefined, reason: 'initial', attempt, outcome: 'running' };
  return { ...record, mints: [running] };
}

/** The record after a change of state. */
export function noteState(record: ManagerRecord, state: TokenState, nowMs: number): ManagerRecord {
  const current = record.lives.at(-1);
  const isOpen = current !== undefined && current.endedAtMs === undefined;
  const past = isOpen ? [...record.lives.slice(0, -1), { ...current, endedAtMs: nowMs }] : record.lives;
  if (state.status !== 'ready') return { ...record, state, lives: past };
  const { acquiredAtMs: fromMs, expiresAtMs, refreshAtMs } = state;
  const life: Life = { fromMs, expiresAtMs, refreshAtMs, endedAtMs: undefined };
  const before = isOpen && current.fromMs === fromMs ? record.lives.slice(0, -1) : past;
  return { ...record, state, lives: kept([...before, life]) };
}

/** The record after an event. */
export function noteEvent(record: ManagerRecord, event: TokenEvent): ManagerRecord {
  return { ...noteMint(record, event), diary: kept([...record.diary, lineOf(record, event)]) };
}

/** The record after a caller asked, or was answered. */
export function noteCall(record: ManagerRecord, call: Call): ManagerRecord {
  return { ...record, calls: kept([...record.calls.filter(({ id }) => id !== call.id), call]) };
}

function noteMint(record: ManagerRecord, event: TokenEvent): ManagerRecord {
  if (event.type === 'mint-started') {
    const { atMs: fromMs, reason, attempt } = event;
    const mint: Mint = { fromMs, untilMs: undefined, reason, attempt, outcome: 'running' };
    return { ...record, mints: kept([...record.mints, mint]) };
  }
  const running = record.mints.at(-1);
  const outcome = outcomeOf(event);
  if (outcome === undefined || running?.outcome !== 'running') return record;
  return { ...record, mints: [...record.mints.slice(0, -1), { ...running, untilMs: event.atMs, outcome }] };
}

function outcomeOf({ type }: TokenEvent): Mint['outcome'] | undefined {
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

function lineOf({ diary }: ManagerRecord, event: TokenEvent): Line {
  return { id: (diary.at(-1)?.id ?? 0) + 1, atMs: event.atMs, text: textOf(event) };
}

function textOf(event: TokenEvent): string {
  switch (event.type) {
    case 'mint-started':
      return `mint, ${event.reason}${event.attempt > 1 ? `, try ${event.attempt}` : ''}`;
    case 'mint-succeeded':
      return `token for ${Math.round(event.lifetimeMs / 1_000)} s, after ${Math.round(event.durationMs)} ms`;
    case 'mint-failed':
      return `mint failed: ${event.error.code}${event.error.status ? ` ${event.error.status}` : ''}`;
    case 'mint-dropped':
      return `mint dropped: ${event.cause}`;
    case 'token-expired':
      return 'token expired';
    case 'token-invalidated':
      return 'token refused';
    case 'refresh-paused':
      return 'asleep: nobody took the last tokens';
    case 'reset':
    case 'disposed':
      return event.type;
  }
}

function kept<T>(list: readonly T[]): readonly T[] {
  return list.slice(-KEPT);
}
