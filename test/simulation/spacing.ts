import type { TokenError } from '@realtime-session/core';
import type { ChosenOptions } from './choose-options.ts';

/** Checks the delays between mints, based on the responses that the manager received. */
export interface Spacing {
  /** Records the start of a mint. Returns a description of the violation, if any. */
  started(monotonicMs: number): string | undefined;
  /** Records a failure. */
  failed(monotonicMs: number, error: TokenError, answer: FailedAnswer): void;
  /** Records a token: `elsewhere` if it was set, `undated` if its lifetime is unknown. Returns a description of the violation, if any. */
  succeeded(kind: 'known' | 'undated' | 'elsewhere'): string | undefined;
  /** Records a reset. */
  reset(): void;
  /** Records a forced call, which bypasses one cooldown since the last success. */
  forced(): void;
  /** Records that the network is back or the machine resumed. */
  back(): void;
  /** Returns the longest possible remainder of the cooldown: without a lease, a manager does not detect that the network is back. */
  leftMs(monotonicMs: number): number;
}

/** The response that caused a failure, as the server knows it. */
export interface FailedAnswer {
  /** The delay that the server requested, in milliseconds. */
  readonly requestedMs: number;
  /** The token in it, if only the machine's clock shows its expiry. */
  readonly datedValue: string | undefined;
}

interface Cooldown {
  readonly sinceMs: number;
  readonly leastMs: number;
  readonly isConnection: boolean;
}

const DEAD: readonly string[] = ['expired-on-arrival', 'lifetime-too-short'];
const UNUSABLE: readonly string[] = [...DEAD, 'no-progress'];
/** From this many different dead tokens in a row, the machine's clock is wrong. */
const MAX_DEAD = 3;
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
  let dead = 0;
  let deadValue: string | undefined;
  let gaps: number[] = [];

  function endCooldown(): void {
    cooldown = undefined;
    gaps = [];
  }

  function clear(): void {
    endCooldown();
    latestEndMs = -Infinity;
    bypass = 'unused';
    failures = 0;
    unusable = 0;
  }

  /** Whether a token looks dead only by the machine's clock, and differs from the one before. The third one is accepted. */
  function isSuspect(code: string, value: string | undefined): boolean {
    if (!DEAD.includes(code) || value === undefined || value === deadValue) return false;
    deadValue = value;
    dead += 1;
    return dead < MAX_DEAD;
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
    failed(monotonicMs, error, { requestedMs, datedValue }) {
      failures += 1;
      unusable = UNUSABLE.includes(error.code) ? unusable + 1 : 0;
      const isUseless = !isSuspect(error.code, datedValue) && unusable >= 2;
      const backoffMs = isUseless ? chosen.maxMs : Math.min(chosen.baseMs / 2, chosen.maxMs);
      const reportedMs = Number.isFinite(error.retryAfterMs) ? (error.retryAfterMs ?? 0) : 0;
      cooldown = {
        sinceMs: monotonicMs,
        leastMs: Math.max(backoffMs, reportedMs, requestedMs),
        isConnection: error.code === 'network' || error.code === 'timeout',
      };
      latestEndMs = monotonicMs + Math.max(cooldown.leastMs, chosen.maxMs);
    },
    succeeded(kind) {
      clear();
      if (kind === 'undated' && dead < MAX_DEAD - 1) return `unknown lifetime after ${dead} dead tokens`;
      if (kind === 'known') dead = 0;
      return undefined;
    },
    reset() {
      clear();
      dead = 0;
      deadValue = undefined;
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
