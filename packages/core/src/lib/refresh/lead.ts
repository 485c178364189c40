/** Longest hard margin: below it a token is not handed out. */
const MAX_MARGIN_MS = 5_000;
const MARGIN_RATIO = 0.1;

/** What decides when a refresh starts. */
export interface LeadSettings {
  /** Share of the lifetime. */
  readonly ratio: number;
  /** Upper bound in milliseconds. */
  readonly maxMs: number;
  /** Refreshes start up to this share of the lead earlier. */
  readonly jitterRatio: number;
}

/**
 * How long before expiry a refresh starts: min(maxMs, ratio × lifetime), up to `jitterRatio` earlier. Never more than
 * the life itself, so a short life cannot make a loop.
 *
 * @param lifetimeMs - The whole life of the token, in milliseconds.
 * @param settings - Ratio, cap and jitter.
 * @param random - A number in [0, 1).
 * @returns milliseconds in (0, `lifetimeMs`].
 */
export function leadMs(lifetimeMs: number, settings: LeadSettings, random: number): number {
  const lead = Math.min(settings.maxMs, settings.ratio * lifetimeMs);
  return Math.min(lifetimeMs, lead * (1 + settings.jitterRatio * random));
}

/**
 * The hard margin: min(5 s, 10 % of the lifetime). With less life left a token counts as gone.
 *
 * @param lifetimeMs - The whole life of the token, in milliseconds.
 */
export function marginMs(lifetimeMs: number): number {
  return Math.min(MAX_MARGIN_MS, MARGIN_RATIO * lifetimeMs);
}
