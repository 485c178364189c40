import { createBill } from '../calls/bill.ts';
import type { Bill } from '../calls/bill.ts';
import type { BilledUsage } from '../journal/emulated-call.ts';
import type { ServerEvent } from '../realtime/events.ts';
import type { SentEvent } from '../realtime/run-session.ts';
import type { EmulatorContext } from '../state/context.ts';
import { readDelegatedUsage } from './delegated-response.ts';
import { createMeter, MINIMUM_SECONDS } from './meter.ts';
import type { Meter } from './meter.ts';
import type { Timers } from './timers.ts';

const INTERVAL_MS = { '15s': 15_000, '60s': 60_000, never: 'never' } as const;

/** The only model that has standby. */
export const STANDBY_MODEL = 'gpt-live-1.1';

export interface UsageOptions {
  readonly sessionId: string;
  readonly model: string;
  readonly timers: Timers;
  readonly send: (event: ServerEvent) => void;
}

/** What a session uses, and what that costs. */
export class LiveUsage {
  readonly #context: EmulatorContext;
  readonly #options: UsageOptions;
  readonly #meter: Meter;
  readonly #bill: Bill;
  #cancelStandby = (): void => undefined;

  constructor(context: EmulatorContext, options: UsageOptions) {
    const nowMs = (): number => context.clock.nowMs();
    this.#context = context;
    this.#options = options;
    this.#meter = createMeter({ ...options, nowMs });
    this.#bill = createBill(nowMs, readDelegatedUsage);
    if (context.settings.live.activeFrom === 'created') this.#meter.start();
  }

  /** The page has connected: time counts, and is reported. */
  connectPage(): void {
    this.#meter.start();
    this.#scheduleReport();
    this.noteSpeech();
  }

  /** Someone speaks: the session is active, and in standby some time later. */
  noteSpeech(): void {
    this.#cancelStandby();
    this.#meter.setState('active');
    const { model, timers } = this.#options;
    const { standbyAfterMs } = this.#context.settings.live;
    const standby = (): void => this.#meter.setState('standby');
    if (model === STANDBY_MODEL) this.#cancelStandby = timers.after(standbyAfterMs, standby);
  }

  /** The session has ended. */
  stop(): void {
    this.#meter.stop();
  }

  /** Bills the tokens of an event, if it has any. */
  record(event: SentEvent): void {
    this.#bill.record(event);
  }

  /** The usage as events report it. */
  report(): { readonly seconds: number } {
    const minimum = this.#context.settings.live.usageSeconds === 'billed' ? MINIMUM_SECONDS : 0;
    return { seconds: Math.max(minimum, this.#meter.totalSeconds()) };
  }

  billed(): readonly BilledUsage[] {
    return [...this.#meter.bill(), ...this.#bill.entries];
  }

  #scheduleReport(): void {
    const { usageUpdates, contextWindow } = this.#context.settings.live;
    const { timers, send } = this.#options;
    timers.after(INTERVAL_MS[usageUpdates], () => {
      const context = contextWindow === 'omitted' ? {} : { context_window: { usage_ratio: contextWindow } };
      send({ type: 'session.usage.updated', usage: this.report(), ...context });
      this.#scheduleReport();
    });
  }
}
