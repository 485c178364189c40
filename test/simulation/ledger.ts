/** What the server knows about one create-session call and its token. Every check compares with it. */
export interface MintRecord {
  readonly id: number;
  /** Position in the order of calls and fences. */
  readonly tick: number;
  /** The id of the manager. */
  readonly owner: number;
  readonly params: unknown;
  readonly startedAt: Moment;
  readonly signal: AbortSignal | undefined;
  /** Whether the response is incomplete. */
  isOpen: boolean;
  value: string | undefined;
  /** When the server stops accepting the token, in true milliseconds. */
  expiresTrueMs: number;
  /** How exactly the response defines that time. */
  knowable: 'exactly' | 'within-a-second' | 'no';
  retryAfterMs: number;
  /** How often callers received the token. */
  received: number;
}

/** The true time, and the times of the machine's clocks. */
export interface Moment {
  readonly trueMs: number;
  readonly monotonicMs: number;
  readonly wallMs: number;
}

export interface Ledger {
  /** Returns the next position in the order of calls and fences. */
  tick(): number;
  open(call: Pick<MintRecord, 'owner' | 'params' | 'startedAt' | 'signal'>): MintRecord;
  /** Creates a token for a call. It contains the marker that `expectNoSecret` searches for. */
  issue(record: MintRecord, expiresTrueMs: number): string;
  /** Assigns a value to the last call that returned it. */
  file(record: MintRecord, value: string): void;
  /** Returns the last call that returned the value. */
  byValue(value: string): MintRecord | undefined;
  accepts(value: string, trueMs: number): boolean;
}

/** Part of every secret of the simulation, and of nothing else. */
export const SECRET = 'SECRET';

export function createLedger(): Ledger {
  const returned = new Map<string, MintRecord>();
  const deadlines = new Map<string, number>();
  let ticks = 0;
  let calls = 0;
  return {
    tick: () => (ticks += 1),
    open(call) {
      calls += 1;
      ticks += 1;
      return {
        ...call,
        id: calls,
        tick: ticks,
        isOpen: true,
        value: undefined,
        expiresTrueMs: 0,
        knowable: 'no',
        retryAfterMs: 0,
        received: 0,
      };
    },
    issue(record, expiresTrueMs) {
      const value = `ek_${SECRET}${record.id}`;
      deadlines.set(value, expiresTrueMs);
      record.expiresTrueMs = expiresTrueMs;
      return value;
    },
    file(record, value) {
      record.value = value;
      record.expiresTrueMs = deadlines.get(value) ?? 0;
      returned.set(value, record);
    },
    byValue: (value) => returned.get(value),
    accepts: (value, trueMs) => trueMs < (deadlines.get(value) ?? 0),
  };
}
