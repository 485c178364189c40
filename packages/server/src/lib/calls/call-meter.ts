import type { Principal } from '../request-context.ts';
import { isRecord } from '../validate.ts';
import { sleep } from './call-clock.ts';
import { persist } from './call-context.ts';
import type { CallContext } from './call-context.ts';
import type { ResolvedCallLimits } from './call-service.ts';
import type { SpendResult, StoredCall } from './call-store.ts';
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
}

/** Counts what one call uses, each thing once, and finds out when its budget is spent. */
export class CallMeter<P extends Principal> {
  readonly #context: CallContext<P>;
  readonly #call: StoredCall;
  readonly #limits: MeterLimits;
  readonly #seen = new Set<string>();
  /** Cost as far as it is known here, which also holds while the store does not answer. */
  #knownCost: number;
  #near: 'not-yet' | 'raised' = 'not-yet';
  #pending: Promise<void> = Promise.resolve();

  constructor(context: CallContext<P>, call: StoredCall, limits: MeterLimits) {
    this.#context = context;
    this.#call = call;
    this.#limits = limits;
    this.#knownCost = call.usage.cost;
  }

  /**
   * Counts something.
   *
   * @param key - Identifies it. The provider may report it again after the sideband was attached again.
   */
  record(key: string, usage: BillableUsage): void {
    if (this.#seen.has(key)) return;
    this.#seen.add(key);
    const { budget } = this.#context.config.limits;
    const cost = priceOf(budget, usage);
    if (budget !== undefined && cost === undefined) this.#reportUnpriced(usage, budget.unpriced);
    this.#knownCost += cost ?? 0;
    if (this.#call.budget !== undefined && this.#knownCost >= this.#call.budget)
      this.#limits.onExceeded('budget');
    this.#pending = this.#pending.then(() => this.#store(key, usage, cost));
  }

  /** Waits until the store has counted everything, or does not answer. */
  async flush(): Promise<void> {
    const waited = new AbortController();
    await Promise.race([this.#pending, sleep(this.#context.config.clock, FLUSH_MS, waited.signal)]);
    waited.abort();
  }

  #reportUnpriced(usage: BillableUsage, action: 'end' | 'allow'): void {
    this.#context.emit(this.#call, { type: 'unpriced', usage, remedy: unpricedRemedy });
    if (action === 'end') this.#limits.onExceeded('unpriced');
  }

  async #store(key: string, usage: BillableUsage, cost: number | undefined): Promise<void> {
    const spend = { key, cost: cost ?? 0, ...readTokens(usage) };
    const result = await persist(this.#context, (store) => store.spend(this.#call.id, spend));
    if (result?.kind !== 'counted') return;
    this.#context.emit(this.#call, { type: 'usage', usage, cost, total: result.usage });
    this.#compare(result);
  }

  #compare({ left }: SpendResult): void {
    if (left === undefined) return;
    if (left <= 0) {
      this.#limits.onExceeded('budget');
      return;
    }
    if (this.#near === 'raised' || left > (this.#call.budget ?? 0) * NEAR_SHARE) return;
    this.#near = 'raised';
    this.#context.emit(this.#call, { type: 'limit-near', limit: 'budget', left });
  }
}
