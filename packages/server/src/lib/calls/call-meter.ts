import type { Principal } from '../request-context.ts';
import { isRecord } from '../validate.ts';
import { sleep } from './call-clock.ts';
import { persist } from './call-context.ts';
import type { CallContext } from './call-context.ts';
import type { ResolvedCallLimits } from './call-service.ts';
import type { StoredCall } from './call-store.ts';
import type { BillableUsage } from './call-upstream.ts';

/** The event `limit-near` is raised when this share of the budget is left. */
const NEAR_SHARE = 0.2;

/** How long the end of a call waits for a store that does not answer. */
const FLUSH_MS = 5000;

const unpricedRemedy =
  "`cost` returned no price for this; add one, for example openaiPrices({ models: { … } }), or set `unpriced: 'allow'`.";

function count(value: unknown): number {
  return typeof value === 'number' && Number.isFinite(value) && value > 0 ? value : 0;
}

function readTokens(usage: BillableUsage): { readonly inputTokens: number; readonly outputTokens: number } {
  const tokens = usage.type === 'seconds' || !isRecord(usage.usage) ? {} : usage.usage;
  return { inputTokens: count(tokens['input_tokens']), outputTokens: count(tokens['output_tokens']) };
}

/** What something costs; `undefined` if it has no usable price. */
function priceOf(budget: ResolvedCallLimits['budget'], usage: BillableUsage): number | undefined {
  try {
    const cost: unknown = budget?.cost(usage);
    return typeof cost === 'number' && Number.isFinite(cost) && cost >= 0 ? cost : undefined;
  } catch {
    return undefined;
  }
}

export interface MeterLimits {
  /** The budget is spent, or something has no price. */
  onExceeded(reason: 'budget' | 'unpriced'): void;
  /** Cost of what is used and not recorded yet. */
  pendingCost?(): number;
  /** A part of the time was counted, here or by another process. */
  onCounted?(seconds: number): void;
  /** So much of the budget is left. */
  onLeft?(left: number | undefined): void;
}

/** The members of a {@link StoredCall} that are needed to count. */
export type MeteredCall = Pick<StoredCall, 'id' | 'principal' | 'model'> &
  Partial<Pick<StoredCall, 'usage' | 'budget'>>;

/** The name under which time is billed if the model is not known: `cost` has no price for it. */
const UNKNOWN_MODEL = 'unknown';

/** Counts what one call uses, each thing once, and finds out when its budget is spent. */
export class CallMeter<P extends Principal> {
  readonly #context: CallContext<P>;
  readonly #call: MeteredCall;
  readonly #limits: MeterLimits;
  readonly #seen = new Set<string>();
  /** Cost as far as it is known here, which also holds while the store does not answer. */
  #knownCost: number;
  /** What was left when the store counted something last. */
  #storedLeft: number | undefined;
  #near: 'not-yet' | 'raised' = 'not-yet';
  #pending: Promise<void> = Promise.resolve();

  constructor(context: CallContext<P>, call: MeteredCall, limits: MeterLimits) {
    this.#context = context;
    this.#call = call;
    this.#limits = limits;
    this.#knownCost = call.usage?.cost ?? 0;
  }

  /** What a second costs; 0 without a budget or a price. */
  get costPerSecond(): number {
    return priceOf(this.#context.config.limits.budget, this.#seconds(1)) ?? 0;
  }

  /**
   * Counts something.
   *
   * @param key - Identifies it. The provider may report it again after the sideband was attached again.
   */
  record(key: string, usage: BillableUsage): void {
    if (this.#seen.has(key)) return;
    this.#seen.add(key);
    const cost = this.#priceOrReport(usage);
    this.#knownCost += cost ?? 0;
    this.check();
    this.#pending = this.#pending.then(() => this.#store(key, usage, cost));
  }

  /** Counts a part of the time, which another process may have counted before. */
  recordSeconds(key: string, seconds: number): void {
    if (this.#seen.has(key)) return;
    this.#seen.add(key);
    const usage = this.#seconds(seconds);
    const cost = this.#priceOrReport(usage);
    this.#pending = this.#pending.then(() => this.#store(key, usage, cost));
  }

  /** Finds out whether the budget is spent. */
  check(): void {
    const pending = this.#limits.pendingCost?.() ?? 0;
    const known = this.#call.budget === undefined ? Infinity : this.#call.budget - this.#knownCost - pending;
    const stored = this.#storedLeft === undefined ? Infinity : this.#storedLeft - pending;
    const left = Math.min(known, stored);
    if (left <= 0) this.#limits.onExceeded('budget');
    else this.#checkNear(stored);
    this.#limits.onLeft?.(left === Infinity ? undefined : left);
  }

  /** Waits until the store has counted everything, or does not answer. */
  async flush(): Promise<void> {
    const waited = new AbortController();
    await Promise.race([this.#pending, sleep(this.#context.config.clock, FLUSH_MS, waited.signal)]);
    waited.abort();
  }

  #seconds(seconds: number): BillableUsage {
    return { type: 'seconds', model: this.#call.model ?? UNKNOWN_MODEL, seconds };
  }

  #priceOrReport(usage: BillableUsage): number | undefined {
    const { budget } = this.#context.config.limits;
    const cost = priceOf(budget, usage);
    if (budget === undefined || cost !== undefined) return cost;
    this.#context.emit(this.#call, { type: 'unpriced', usage, remedy: unpricedRemedy });
    if (budget.unpriced === 'end') this.#limits.onExceeded('unpriced');
    return undefined;
  }

  async #store(key: string, usage: BillableUsage, cost: number | undefined): Promise<void> {
    const spend = { key, cost: cost ?? 0, ...readTokens(usage) };
    const result = await persist(this.#context, (store) => store.spend(this.#call.id, spend));
    if (result !== undefined && usage.type === 'seconds') this.#limits.onCounted?.(usage.seconds);
    if (result?.kind !== 'counted') return;
    // Time is known only now: another process may have counted it.
    if (usage.type === 'seconds') this.#knownCost += cost ?? 0;
    this.#context.emit(this.#call, { type: 'usage', usage, cost, total: result.usage });
    this.#storedLeft = result.left;
    this.check();
  }

  #checkNear(left: number): void {
    if (this.#near === 'raised' || left > (this.#call.budget ?? 0) * NEAR_SHARE) return;
    this.#near = 'raised';
    this.#context.emit(this.#call, { type: 'limit-near', limit: 'budget', left });
  }
}
