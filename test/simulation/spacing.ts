import type { TokenError } from '@realtime-session/core';
import type { Chosen } from './choose-options.ts';

/** Checks that mints keep their distance, from what the manager was told and nothing else. */
export interface Spacing {
  /** A mint starts. Answers what is wrong with that, if anything. */
  started(monotonicMs: number): string | undefined;
  /** It failed. `askedMs` is the wait the server asked for, by the server's own account. */
  failed(monotonicMs: number, error: TokenError, askedMs: number): void;
  /** It succeeded, or everything was forgotten. */
  cleared(): void;
  /** Somebody insists: passes over one cool-down since the last success. */
  forced(): void;
  /** The network, or the machine, is back. */
  back(): void;
  /** How much of the cool-down may be left: a manager that nobody holds does not hear that the network is back. */
  leftMs(monotonicMs: number): number;
}

interface CoolDown {
  readonly sinceMs: number;
  readonly leastMs: number;
  readonly isConnection: boolean;
}

const USELESS: readonly string[] = ['expired-on-arrival', 'lifetime-too-short', 'no-progress'];
/** Gaps at the cap of the backoff that are looked at together: their mean is half the cap, and never below an eighth. */
const RUN = 20;
const SLACK_MS = 0.001;

/** Makes the check for one manager. */
export function createSpacing(chosen: Chosen): Spacing {
  const steps = Math.ceil(Math.log2(chosen.maxMs / chosen.baseMs)) + 1;
  let lastStartMs = -Infinity;
  let coolDown: CoolDown | undefined;
  let latestEndMs = -Infinity;
  let bypass: 'unused' | 'used' = 'unused';
  let failures = 0;
  let useless = 0;
  let gaps: number[] = [];

  function lift(): void {
    coolDown = undefined;
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
      if (!coolDown) return undefined;
      const gapMs = monotonicMs - coolDown.sinceMs;
      if (gapMs < coolDown.leastMs - SLACK_MS) {
        return `a mint ${gapMs.toFixed(1)} ms after failure ${failures}, at least ${coolDown.leastMs.toFixed(1)} ms were due`;
      }
      return checkRun(gapMs);
    },
    failed(monotonicMs, error, askedMs) {
      failures += 1;
      useless = USELESS.includes(error.code) ? useless + 1 : 0;
      const ownMs = useless >= 2 ? chosen.maxMs : Math.min(chosen.baseMs / 2, chosen.maxMs);
      const saidMs = Number.isFinite(error.retryAfterMs) ? (error.retryAfterMs ?? 0) : 0;
      coolDown = {
        sinceMs: monotonicMs,
        leastMs: Math.max(ownMs, saidMs, askedMs),
        isConnection: error.code === 'network' || error.code === 'timeout',
      };
      latestEndMs = monotonicMs + Math.max(coolDown.leastMs, chosen.maxMs);
    },
    cleared() {
      lift();
      latestEndMs = -Infinity;
      bypass = 'unused';
      failures = 0;
      useless = 0;
    },
    forced() {
      if (!coolDown || bypass === 'used') return;
      lift();
      bypass = 'used';
    },
    back() {
      if (coolDown?.isConnection) lift();
    },
    leftMs: (monotonicMs) => Math.max(0, latestEndMs - monotonicMs),
  };
}
