/**
 * Every check, in the order of the report.
 *
 * - `transport`: tokens are sent over HTTPS.
 * - `anonymous`: a caller without credentials gets no token.
 * - `cross-site`: a page on another site gets no token.
 * - `method`: `GET` returns no token.
 * - `generation`: the route does not call the retired create-session endpoint.
 * - `shape`: the response is a token in a shape that clients read.
 * - `lifetime`: the token lives long enough to be used, and no longer than needed.
 * - `cache`: browsers and proxies must not store the response.
 * - `secrets`: the responses contain no standing key, instructions or tool credentials.
 * - `models`: the session uses no model or field that OpenAI shuts down.
 * - `live`: the key, the models and the base URL fit the Live API. Only for routes that use it.
 * - `clock`: the server's clock matches this machine's.
 */
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
  'models',
  'live',
  'clock',
] as const;

export type CheckId = (typeof checkIds)[number];

/** The result of one check. Printed as it is with `--json`. */
export type Check =
  | { readonly id: CheckId; readonly outcome: 'passed'; readonly message: string }
  | {
      readonly id: CheckId;
      readonly outcome: 'failed' | 'warned';
      readonly message: string;
      readonly fix: string;
    }
  | { readonly id: CheckId; readonly outcome: 'skipped'; readonly message: string };

export function passed(id: CheckId, message: string): Check {
  return { id, outcome: 'passed', message };
}

export function failed(id: CheckId, message: string, fix: string): Check {
  return { id, outcome: 'failed', message, fix };
}

/** Something to fix that does not fail yet. */
export function warned(id: CheckId, message: string, fix: string): Check {
  return { id, outcome: 'warned', message, fix };
}

export function skipped(id: CheckId, message: string): Check {
  return { id, outcome: 'skipped', message };
}
