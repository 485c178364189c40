import { MIN_TTL_SECONDS } from '@realtime-session/protocol';

/** A request body, and the lifetime in seconds it asked for when that is shorter than the schema allows. */
export interface ShortLifetime {
  /** The body with the lifetime raised to the documented minimum, so that the schema can judge the rest. */
  readonly body: unknown;
  /** What was asked for, in seconds; `undefined` when it was not too short for the schema. */
  readonly seconds: number | undefined;
}

/**
 * Takes a lifetime between the emulator's own minimum and the documented 10 seconds out of the schema's sight.
 *
 * @param body - Parsed JSON of a create call.
 * @param path - Keys that lead to the lifetime object, such as `['expires_after']`.
 * @param minTtlSeconds - The emulator's own minimum.
 */
export function liftShortLifetime(
  body: unknown,
  path: readonly string[],
  minTtlSeconds: number,
): ShortLifetime {
  const [key, ...rest] = path;
  if (!isObject(body)) return { body, seconds: undefined };
  if (key === undefined) {
    const seconds = body['seconds'];
    return isShort(seconds, minTtlSeconds)
      ? { body: { ...body, seconds: MIN_TTL_SECONDS }, seconds }
      : { body, seconds: undefined };
  }
  if (!Object.hasOwn(body, key)) return { body, seconds: undefined };
  const inner = liftShortLifetime(body[key], rest, minTtlSeconds);
  return { body: { ...body, [key]: inner.body }, seconds: inner.seconds };
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isShort(seconds: unknown, minTtlSeconds: number): seconds is number {
  return Number.isInteger(seconds) && Number(seconds) >= minTtlSeconds && Number(seconds) < MIN_TTL_SECONDS;
}
