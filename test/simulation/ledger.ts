/** What the server knows about one create-session call and its token: the truth everything is measured against. */
export interface MintRecord {
  /** Its number. */
  readonly id: number;
  /** Place in the order of calls and fences. */
  readonly tick: number;
  /** The manager that called. */
  readonly owner: number;
  /** The params it called with. */
  readonly params: unknown;
  /** When the call began. */
  readonly startedAt: Moment;
  /** Aborted when the manager gave the call up. */
  readonly signal: AbortSignal | undefined;
  /** Whether an answer is still to come. */
  isOpen: boolean;
  /** The token's value. */
  value: string | undefined;
  /** When the server stops accepting it, in true milliseconds. */
  expiresTrueMs: number;
  /** Whether the answer allowed to know that: `exactly`, `within-a-second`, or `no`. */
  knowable: 'exactly' | 'within-a-second' | 'no';
  /** Wait the server asked for, in milliseconds. */
  retryAfterMs: number;
  /** How often it was handed out. */
  taken: number;
}

/** One moment: the truth, and what the machine's clocks showed. */
export interface Moment {
  /** The truth. */
  readonly trueMs: number;
  /** Monotonic clock. */
  readonly monotonicMs: number;
  /** Wall clock. */
  readonly wallMs: number;
}

/** Every call and every token. */
export interface Ledger {
  /** Next place in the order of calls and fences. */
  tick(): number;
  /** Notes a call. */
  open(call: Pick<MintRecord, 'owner' | 'params' | 'startedAt' | 'signal'>): MintRecord;
  /** Makes a token for a call; the marker in it is what the search for secrets looks for. */
  issue(record: MintRecord, expiresTrueMs: number): string;
  /** Puts a value under the call that answered it last. */
  file(record: MintRecord, value: string): void;
  /** The call that answered a value last. */
  byValue(value: string): MintRecord | undefined;
  /** Whether the server takes a token now. */
  accepts(value: string, trueMs: number): boolean;
}

/** In every secret of the simulation, and in nothing else. */
export const SECRET = 'SECRET';

/** Makes an empty ledger. */
export function createLedger(): Ledger {
  const answered = new Map<string, MintRecord>();
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
        taken: 0,
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
      answered.set(value, record);
    },
    byValue: (value) => answered.get(value),
    accepts: (value, trueMs) => trueMs < (deadlines.get(value) ?? 0),
  };
}
