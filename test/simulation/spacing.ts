import type { TokenError } from '@realtime-session/core';
import type { ChosenOptions } from './choose-options.ts';

/** Checks the delays between mints, based on the responses that the manager received. */
export interface Spacing {
  /** Records the start of a mint. Returns a description of the violation, if any. */
  started(monotonicMs: number): string | undefined;
  /** Records a failure. `requestedMs` is the delay that the server requested, as the server knows it. */
  failed(monotonicMs: number, error: TokenError, requestedMs: number): void;
  /** Records a success or a reset. */
  cleared(): void;
  /** Records a forced call, which bypasses one cooldown since the last success. */
  forced(): void;
  /** Records that the network is back or the machine resumed. */
  back(): void;
  /** Returns the longest possible remainder of the cooldown: without a lease, a manager does not detect that the network is back. */
  leftMs(monotonicMs: number): number;
}

interface Cooldown {
  readonly sinceMs: number;
  readonly leastMs: number;
  readonly isConnection: boolean;
}

const UNUSABLE: readonly string[] = ['expired-on-arrival', 'lifetime-too-short', 'no-progress'];
/** Delays at the maximum backoff that are checked together: their mean is half the maximum, and never below an eighth. */
const RUN = 20;
const SLACK_MS = 0.001;

export function createSpacing(chosen: ChosenOptions): Spacing {
  const steps = Math.ceil(Math.log2(chosen.maxMs / chosen.baseMs)) + 1;
  let lastStartMs = -Infinity;
  let cooldown: Cooldown | undefined;
  let latestEndMs = -Infinity;
  let bypass: 'unused' | 'used' = 'unused';
  let failures = 0;
  let unusable = 0;
  let gaps: number[] = [];

  function endCooldown(): void {
    cooldown = undefined;
    gaps = [];
  }

  function checkRun(gapMs: number): string | undefined {
    if (failures < steps) return undefined;
    gaps = [...gaps, gapMs].slice(-RUN);
    const sumMs = gaps.reduce((sum, gap) => sum + gap, 0);
    if (gaps.length < RUN || sumMs >= (RUN * chosen.maxMs) / 8) return undefined;
    return `${RUN} failures in a row at the cap took only ${sumMs.toFixed(0)} ms, with retry.maxMs ${chosen.maxMs}`;
  }

  return {
    started(monotonicMs) {
      const sinceStartMs = monotonicMs - lastStartMs;
      lastStartMs = monotonicMs;
      if (sinceStartMs < chosen.minIntervalMs - SLACK_MS) {
        return `a mint ${sinceStartMs.toFixed(1)} ms after the last one, with minIntervalMs ${chosen.minIntervalMs}`;
      }
      if (!cooldown) return undefined;
      const gapMs = monotonicMs - cooldown.sinceMs;
      if (gapMs < cooldown.leastMs - SLACK_MS) {
        return `a mint ${gapMs.toFixed(1)} ms after failure ${failures}, at least ${cooldown.leastMs.toFixed(1)} ms were required`;
      }
      return checkRun(gapMs);
    },
    failed(monotonicMs, error, requestedMs) {
      failures += 1;
      unusable = UNUSABLE.includes(error.code) ? unusable + 1 : 0;
      const backoffMs = unusable >= 2 ? chosen.maxMs : Math.min(chosen.baseMs / 2, chosen.maxMs);
      const reportedMs = Number.isFinite(error.retryAfterMs) ? (error.retryAfterMs ?? 0) : 0;
      cooldown = {
        sinceMs: monotonicMs,
        leastMs: Math.max(backoffMs, reportedMs, requestedMs),
        isConnection: error.code === 'network' || error.code === 'timeout',
      };
      latestEndMs = monotonicMs + Math.max(cooldown.leastMs, chosen.maxMs);
    },
    cleared() {
      endCooldown();
      latestEndMs = -Infinity;
      bypass = 'unused';
      failures = 0;
      unusable = 0;
    },
    forced() {
      if (!cooldown || bypass === 'used') return;
      endCooldown();
      bypass = 'used';
    },
    back() {
      if (cooldown?.isConnection) endCooldown();
    },
    leftMs: (monotonicMs) => Math.max(0, latestEndMs - monotonicMs),
  };
}
