/** What the doctor looks at. The set is closed. */
export const checkIds = [
  'transport',
  'anonymous',
  'cross-site',
  'method',
  'generation',
  'shape',
  'lifetime',
  'cache',
  'secrets',
  'clock',
] as const;

/**
 * One of the things the doctor looks at.
 *
 * - `transport`: tokens travel over HTTPS.
 * - `anonymous`: a caller without credentials gets no token.
 * - `cross-site`: another site's page gets no token.
 * - `method`: `GET` gives no token.
 * - `generation`: the route does not make the create-session call that was retired.
 * - `shape`: the answer is a token in a shape that clients read.
 * - `lifetime`: the token lives long enough to be used, and no longer than needed.
 * - `cache`: nobody may store the answer.
 * - `secrets`: the answer holds no standing key, instructions or tool credentials.
 * - `clock`: the server's clock agrees with this machine's.
 */
export type CheckId = (typeof checkIds)[number];

/** What came of one check. */
export type Check =
  | {
      /** Which. */
      readonly id: CheckId;
      /** All is well. */
      readonly outcome: 'passed';
      /** What was seen. */
      readonly says: string;
    }
  | {
      /** Which. */
      readonly id: CheckId;
      /** Something is to be fixed. */
      readonly outcome: 'failed';
      /** What was seen. */
      readonly says: string;
      /** What to do about it. */
      readonly fix: string;
    }
  | {
      /** Which. */
      readonly id: CheckId;
      /** It could not be told. */
      readonly outcome: 'skipped';
      /** Why not. */
      readonly says: string;
    };

/** A check that went well. */
export function passed(id: CheckId, says: string): Check {
  return { id, outcome: 'passed', says };
}

/** A check that found something to fix. */
export function failed(id: CheckId, says: string, fix: string): Check {
  return { id, outcome: 'failed', says, fix };
}

/** A check that could not be made. */
export function skipped(id: CheckId, says: string): Check {
  return { id, outcome: 'skipped', says };
}
