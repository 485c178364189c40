import type { Principal } from '../request-context.ts';
import { Alarm } from './alarm.ts';
import type { CallContext } from './call-context.ts';
import { CallMeter } from './call-meter.ts';
import type { MeteredCall } from './call-meter.ts';
import type { CallClock } from './call-options.ts';

/**
 * Time is counted in parts of this length. Every process that counts a call uses the same parts with the same keys, so that none is
 * counted twice.
 */
const PART_SECONDS = 15;

/** A part of the time of a call. */
interface Part {
  readonly key: string;
  readonly seconds: number;
}

function toPart(index: number, seconds: number): Part {
  return { key: `seconds:${index}`, seconds };
}

/** The full parts of a time, from an index. */
function fullParts(totalSeconds: number, first: number): readonly Part[] {
  const count = Math.max(0, Math.floor(totalSeconds / PART_SECONDS) - first);
  return Array.from({ length: count }, (_, index) => toPart(first + index, PART_SECONDS));
}

/** All parts of a time that is over, from an index. The last one may be shorter. */
function finalParts(totalSeconds: number, first: number): readonly Part[] {
  const full = Math.floor(totalSeconds / PART_SECONDS);
  const rest = totalSeconds - full * PART_SECONDS;
  const last = rest > 0 && first <= full ? [toPart(full, rest)] : [];
  return [...fullParts(totalSeconds, first), ...last];
}

/** How long a sideband may be dead before that is noticed. */
const DEAD_SIDEBAND_MS = 30_000;

export interface TimeMeterOptions {
  readonly clock: CallClock;
  /** How old the call is. */
  readonly ageMs: number;
  /** How much is billed at least. */
  readonly minimumSeconds: number;
  /** How old the call was when its page had connected, at most. `undefined`: it has not. */
  readonly connectedAgeMs: number | undefined;
  /** What shows now that the call is running. */
  readonly evidence: () => 'sideband' | 'heartbeats' | 'none';
  /** Whether anything depends on the cost while the call runs. */
  readonly budget: 'none' | 'limited';
  /** What a second costs. */
  readonly costPerSecond: number;
  /** Counts a part, and then calls {@link TimeMeter.onCounted}. */
  readonly count: (part: Part) => void;
  /** Compares the cost with the budget, and then calls {@link TimeMeter.onLeft}. */
  readonly check: () => void;
}

/**
 * Counts the time of a call that is billed by the second. Its own timer decides when the budget is spent. Parts are counted when they
 * are surely billed, and the rest at the end, as the provider reports it.
 */
export class TimeMeter {
  readonly #options: TimeMeterOptions;
  readonly #startedMs: number;
  readonly #alarm: Alarm;
  /** Number of parts that were asked to be counted. */
  #parts = 0;
  /** Seconds that are counted. */
  #counted = 0;
  /** What is billed, once the call has ended. */
  #final: number | undefined;
  #connectedAgeMs: number | undefined;
  /** How old the call was when its page showed last that it is there. */
  #pageAgeMs = 0;

  constructor(options: TimeMeterOptions) {
    this.#options = options;
    this.#startedMs = options.clock.monotonicMs() - options.ageMs;
    this.#connectedAgeMs = options.connectedAgeMs;
    this.#alarm = new Alarm(options.clock, () => this.#tick());
  }

  /** How old the call is. */
  get #ageMs(): number {
    return this.#options.clock.monotonicMs() - this.#startedMs;
  }

  /** Cost of the time that is not counted yet. */
  get pendingCost(): number {
    const seconds = this.#final ?? Math.max(this.#options.minimumSeconds, this.#ageMs / 1000);
    return Math.max(0, seconds - this.#counted) * this.#options.costPerSecond;
  }

  /** The minimum is billed immediately. */
  start(): void {
    this.confirm(this.#options.minimumSeconds);
    if (this.#options.budget === 'limited') this.#tick();
  }

  /** The page is connected. */
  onConnected(): void {
    this.#pageAgeMs = this.#ageMs;
    this.#connectedAgeMs ??= this.#pageAgeMs;
  }

  /** So many seconds are billed for sure. */
  confirm(seconds: number): void {
    if (this.#final === undefined) this.#count(fullParts(seconds, this.#parts));
  }

  /** The call has ended, and so many seconds are billed. `undefined`: not reported. */
  settle(seconds: number = this.#ageMs / 1000): void {
    if (this.#final !== undefined) return;
    this.stop();
    this.#final = Math.max(this.#options.minimumSeconds, seconds);
    this.#count(finalParts(this.#final, this.#parts));
  }

  /** A part was counted. */
  onCounted(seconds: number): void {
    this.#counted += seconds;
  }

  /** So much of the budget is left: looks again when it is spent at the latest. */
  onLeft(left: number | undefined): void {
    const { budget, costPerSecond } = this.#options;
    if (budget === 'none' || this.#final !== undefined) return;
    const secondsLeft = left === undefined || costPerSecond === 0 ? Infinity : left / costPerSecond;
    this.#alarm.set(secondsLeft > 0 ? Math.ceil(Math.min(PART_SECONDS, secondsLeft) * 1000) : undefined);
  }

  stop(): void {
    this.#alarm.clear();
  }

  /** Time that is surely billed: since the page has connected, and until the call was surely running. */
  #billedMs(): number {
    if (this.#connectedAgeMs === undefined) return 0;
    const runningAgeMs = {
      sideband: this.#ageMs - DEAD_SIDEBAND_MS,
      heartbeats: this.#pageAgeMs,
      none: 0,
    }[this.#options.evidence()];
    return runningAgeMs - this.#connectedAgeMs;
  }

  #tick(): void {
    this.confirm(this.#billedMs() / 1000);
    this.#options.check();
  }

  #count(parts: readonly Part[]): void {
    this.#parts += parts.length;
    for (const part of parts) this.#options.count(part);
  }
}

/** Counts the time of a call that has ended and is not supervised here. */
export async function settleSeconds<P extends Principal>(
  context: CallContext<P>,
  call: MeteredCall,
  seconds: number,
): Promise<void> {
  const total = Math.max(context.config.upstream.minimumSeconds ?? 0, seconds);
  const meter = new CallMeter(context, call, { onExceeded: () => undefined });
  for (const { key, seconds: length } of finalParts(total, 0)) meter.recordSeconds(key, length);
  await meter.flush();
}
