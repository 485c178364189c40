import { ConnectionError } from './connection-error.ts';
import type { CallSource, ConnectionContext, RealtimeConnectionOptions } from './realtime-connection.ts';

/** The longest delay of a browser's timer. */
export const MAX_TIMER_MS = 2_147_483_647;

/** The default, the smallest and the largest value. */
const ranges = {
  timeoutMs: [30_000, 1, MAX_TIMER_MS],
  graceMs: [3_000, 0, MAX_TIMER_MS],
  maxDurationMs: [3_600_000, 1, MAX_TIMER_MS],
  warnBeforeMs: [60_000, 0, MAX_TIMER_MS],
  reconnectLimit: [0, 0, Infinity],
} as const;

type NumberOption = keyof typeof ranges;

type Passed = Pick<ConnectionContext, 'options' | 'source'>;

/** Creates an error from a sentence that names the option and what is valid. */
export function invalidOption(remedy: string, cause?: unknown): ConnectionError {
  return new ConnectionError('invalid-options', { remedy, cause });
}

/**
 * Returns an option or its default.
 *
 * @throws ConnectionError `invalid-options` when it is out of range.
 */
export function readNumber(options: RealtimeConnectionOptions, name: NumberOption): number {
  const [fallback, min, max] = ranges[name];
  const isCount = max === Infinity;
  const value: unknown = options[name] ?? fallback;
  if (
    typeof value === 'number' &&
    value >= min &&
    value <= max &&
    (!isCount || value % 1 === 0 || value === max)
  )
    return value;
  throw invalidOption(
    `${name} must be a ${isCount ? 'whole ' : ''}number from ${min} to ${max}. It is ${String(value)} (${typeof value}). Correct it, or leave it out for the default ${fallback}.`,
  );
}

/**
 * Checks what the app has just passed.
 *
 * @throws TypeError that names the option, what is valid, and the default.
 */
export function assertOptions(passed: Passed): void {
  try {
    checkOptions(passed);
  } catch (thrown) {
    throw new TypeError((thrown as Error).message); // a ConnectionError
  }
}

/**
 * Checks what can be checked before anything is opened. Options can change after they were passed.
 *
 * @throws ConnectionError `invalid-options` that names the option.
 */
export function checkOptions({ options, source }: Passed): void {
  for (const name of Object.keys(ranges)) readNumber(options, name as NumberOption); // it has no other keys
  const { exchange, playback } = options;
  if (playback && playback !== 'none' && typeof playback.play !== 'function')
    throw invalidOption("playback must be an <audio> element or 'none'.");
  if (exchange && typeof exchange !== 'function') throw invalidOption('exchange must be a function.');
  if (!exchange && !isUsable(source))
    throw invalidOption('Pass a token manager or callRoute() as the first argument.');
}

/** Apps in plain JavaScript can leave the source out. */
function isUsable(source: CallSource | undefined): boolean {
  return !!(source?.withToken ?? source?.startCalls);
}
