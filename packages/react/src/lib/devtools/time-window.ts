import type { ManagerView } from './view-manager.ts';

/** How far back a timeline reaches at most, and how far beyond the last thing to come at least, in milliseconds. */
const PAST_MS = 300_000;
const AHEAD_MS = 15_000;

/** What a timeline shows. */
export interface TimeWindow {
  /** Its left edge, in milliseconds since 1970. */
  readonly fromMs: number;
  /** Its right edge. */
  readonly untilMs: number;
}

/**
 * From the first thing that is known, five minutes back at most, to a little after the token's end.
 *
 * @param view - Whose timeline.
 */
export function windowOf({ lives, mints, calls, nowMs }: ManagerView): TimeWindow {
  const begun = [...lives, ...mints, ...calls].map(({ fromMs }) => fromMs);
  const fromMs = Math.max(nowMs - PAST_MS, Math.min(nowMs - AHEAD_MS, ...begun));
  const current = lives.at(-1);
  const lastMs = current?.endedAtMs === undefined ? (current?.expiresAtMs ?? nowMs) : nowMs;
  return { fromMs, untilMs: Math.max(nowMs, lastMs) + AHEAD_MS };
}

/** A stretch of a timeline, for CSS. */
export interface Stretch {
  /** Distance from the left edge. */
  readonly left: string;
  /** How long it is. */
  readonly width: string;
}

/**
 * Where a stretch of time is drawn; `undefined` when it is over the edge.
 *
 * @param window - What is shown.
 * @param fromMs - Its beginning.
 * @param untilMs - Its end.
 */
export function stretch(window: TimeWindow, fromMs: number, untilMs: number): Stretch | undefined {
  if (untilMs < window.fromMs || fromMs > window.untilMs) return undefined;
  const share = (ms: number): number =>
    (100 * (Math.min(Math.max(ms, window.fromMs), window.untilMs) - window.fromMs)) /
    (window.untilMs - window.fromMs);
  const left = share(fromMs);
  return { left: `${left}%`, width: `${share(untilMs) - left}%` };
}
