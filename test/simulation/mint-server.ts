import type { TokenRequest } from '@realtime-session/core';
import { knowableFrom, reply, word, type Reply, type Style } from './answers.ts';
import { FAULTS, type Fault, type Misbehavior } from './faults.ts';
import type { Journal } from './journal.ts';
import type { Ledger, MintRecord } from './ledger.ts';
import { EPOCH_MS, type Machine } from './machine.ts';
import type { Random } from './random.ts';
import type { Timeline } from './timeline.ts';

/** Slowest a healthy server answers, in milliseconds. */
export const HEALTHY_MS = 1_500;

/** What a server is made of. */
export interface ServerParts {
  /** Time. */
  readonly timeline: Timeline;
  /** The caller's machine: its network, its clock. */
  readonly machine: Machine;
  /** The truth. */
  readonly ledger: Ledger;
  /** What happened. */
  readonly journal: Journal;
  /** Dice. */
  readonly random: Random;
}

/** How one server words and times what it mints. */
export interface ServerHabits {
  /** How it words its answers. */
  readonly style: Style;
  /** Lifetime of its tokens, in milliseconds. */
  lifetimeMs: number;
}

/** The mint route, with a clock of its own that is the truth. */
export interface MintServer {
  /** How it words and times its tokens. */
  readonly habits: ServerHabits;
  /** Begins a time of trouble. */
  trouble(): void;
  /** Ends it. */
  clearFaults(): void;
  /** Answers one call; `record` is its entry in the ledger. */
  answer(request: TokenRequest, record: MintRecord): unknown;
  /** A token minted elsewhere. */
  mintElsewhere(record: MintRecord, lifetimeMs: number): unknown;
}

/** Makes a healthy server. */
export function createMintServer(parts: ServerParts, habits: ServerHabits): MintServer {
  const { timeline, machine, ledger, journal, random } = parts;
  let faults: readonly Fault[] = [];
  let ratio = 0;
  let perMinute = Infinity;
  let recent: number[] = [];
  let lastAnswer: { readonly answer: unknown; readonly value: string } | undefined;

  function misbehave(): Misbehavior | undefined {
    if (!machine.isOnline() && random.chance(0.8)) {
      return { type: 'reject', thrown: new TypeError('Failed to fetch') };
    }
    recent = [...recent.filter((at) => at > timeline.trueMs() - 60_000), timeline.trueMs()];
    if (recent.length > perMinute) {
      journal.count('fault: rate limit');
      const retryAfterMs = Math.ceil((recent[0]! + 60_000 - timeline.trueMs()) / 1000) * 1000;
      const answer = reply(429, {}, { 'retry-after': String(retryAfterMs / 1000) });
      return { type: 'answer', answer, retryAfterMs };
    }
    if (!random.chance(ratio)) return undefined;
    const fault = random.weighted(faults);
    journal.count(`fault: ${fault.name}`);
    journal.note(`  server: ${fault.name}`);
    return fault.act({ random, trueMs: timeline.trueMs() });
  }

  function mint(record: MintRecord, latencyMs: number, bad: Misbehavior | undefined): unknown {
    const mintedMs = timeline.trueMs() + latencyMs * random.next();
    const lifetimeMs = bad?.type === 'lifetime' ? bad.lifetimeMs : habits.lifetimeMs;
    const value = ledger.issue(record, mintedMs + lifetimeMs);
    ledger.file(record, value);
    const lie = bad?.type === 'lie' ? bad : { expiryMs: 0, dateMs: 0 };
    const isHonest = bad?.type !== 'lie' && lifetimeMs > 0;
    const isRelative = habits.style === 'relative' || habits.style === 'plain';
    record.knowable =
      isHonest || (isRelative && lifetimeMs > 0) ? knowableFrom(habits.style, machine.skewMs()) : 'no';
    const answer = word(habits.style, {
      value,
      expiresTrueMs: mintedMs + lifetimeMs + lie.expiryMs,
      lifetimeMs,
      dateTrueMs: mintedMs + lie.dateMs,
    });
    lastAnswer = { answer, value };
    return answer;
  }

  function body(record: MintRecord, latencyMs: number, bad: Misbehavior | undefined): unknown {
    if (bad?.type === 'answer') {
      record.retryAfterMs = bad.retryAfterMs ?? 0;
      return bad.answer;
    }
    if (bad?.type === 'same' && lastAnswer) {
      ledger.file(record, lastAnswer.value);
      return lastAnswer.answer;
    }
    const answer = mint(record, latencyMs, bad);
    if (bad?.type === 'endless-body') return { ...reply(200, ''), text: () => new Promise<string>(() => {}) };
    if (bad?.type === 'broken-body') {
      return { ...reply(200, ''), text: () => Promise.reject(new TypeError('terminated')) };
    }
    if (bad?.type !== 'slow-body' || typeof answer !== 'object' || answer === null) return answer;
    const { text } = answer as Partial<Reply>; // `word` gives replies and plain objects
    if (!text) return answer;
    const arrived = new Promise<void>((resolve) => timeline.after(random.between(0, 15_000), resolve));
    return { ...answer, text: () => arrived.then(text) };
  }

  return {
    habits,
    trouble() {
      const isNarrow = random.chance(0.5);
      faults = isNarrow
        ? [random.weighted(FAULTS), random.weighted(FAULTS), random.weighted(FAULTS)]
        : FAULTS;
      ratio = random.pick([0.1, 0.5, 0.9, 1]);
      perMinute = random.chance(0.1) ? random.pick([1, 3, 10]) : Infinity;
      journal.note(
        `trouble begins: ${isNarrow ? faults.map((fault) => fault.name).join(', ') : 'of all kinds'}`,
      );
    },
    clearFaults() {
      ratio = 0;
      perMinute = Infinity;
      journal.note('the server is well again');
    },
    answer(request, record) {
      const bad = misbehave();
      if (bad?.type === 'throw') throw bad.thrown;
      const latencyMs =
        bad?.type === 'slow' ? random.anyScale(HEALTHY_MS, 30_000) : random.between(5, HEALTHY_MS);
      const isEmpty = bad?.type === 'reject' || bad?.type === 'silence';
      const answer = isEmpty ? undefined : body(record, latencyMs, bad);
      const arrival = new Promise<void>((resolve, reject) => {
        const cancel = bad?.type === 'silence' ? undefined : timeline.after(latencyMs, resolve);
        if (random.chance(0.5)) return; // a fetcher that does not listen to its signal
        request.signal.addEventListener('abort', () => {
          cancel?.();
          reject(new DOMException('aborted', 'AbortError'));
        });
      });
      return arrival.then(() => {
        if (bad?.type === 'reject') throw bad.thrown;
        return answer;
      });
    },
    mintElsewhere(record, lifetimeMs) {
      const value = ledger.issue(record, timeline.trueMs() + lifetimeMs);
      ledger.file(record, value);
      record.knowable = lifetimeMs > 0 ? 'exactly' : 'no';
      record.isOpen = false;
      return {
        value,
        expires_in: lifetimeMs / 1000,
        expires_at: (EPOCH_MS + timeline.trueMs() + lifetimeMs) / 1000,
      };
    },
  };
}
