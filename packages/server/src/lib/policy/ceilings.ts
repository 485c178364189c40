import type { JsonObject } from '../gate/parse-json-object.ts';
import type { UpstreamApi } from '../upstream/upstream.ts';

/** What no session exceeds, whoever asks. */
export interface Ceilings {
  /** Longest lifetime of a token, in seconds; also the lifetime of a token when nobody asks for a shorter one. */
  readonly ttlSeconds: number;
  /** Most output tokens of one response, or nothing for no ceiling. */
  readonly maxOutputTokens: number | undefined;
}

/** Name of the output token limit in each call. */
const tokenKey = {
  client_secrets: 'max_output_tokens',
  sessions: 'max_response_output_tokens',
} as const satisfies Record<UpstreamApi, string>;

/**
 * Holds the output token limit of a conversation below the ceiling. No limit at all, and `inf`, become the ceiling.
 *
 * @param params - Merged parameters, in the words of the call.
 * @param call - Which call.
 * @param ceilings - The owner's.
 */
export function belowTokenCeiling(params: JsonObject, call: UpstreamApi, ceilings: Ceilings): JsonObject {
  const { maxOutputTokens } = ceilings;
  if (maxOutputTokens === undefined) return params;
  const asked = params[tokenKey[call]];
  const limit = typeof asked === 'number' ? Math.min(asked, maxOutputTokens) : maxOutputTokens;
  return { ...params, [tokenKey[call]]: limit };
}

/**
 * Lifetime of a token: what the client asked for, if that is shorter.
 *
 * @param asked - In seconds, or nothing.
 * @param ceilings - The owner's.
 */
export function belowTtlCeiling(asked: number | undefined, ceilings: Ceilings): number {
  return Math.min(asked ?? ceilings.ttlSeconds, ceilings.ttlSeconds);
}
