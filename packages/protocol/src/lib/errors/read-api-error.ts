import { apiErrorSchema } from './api-error.ts';

/** The parts of an API error that say something; empty strings and `null` are left out. */
export interface ApiErrorDetail {
  /** Sentence for people. May quote parts of the request; do not show it to strangers. */
  readonly message?: string;
  /** Broad kind, such as `invalid_request_error`. */
  readonly type?: string;
  /** Path of the parameter at fault. */
  readonly param?: string;
  /** Short machine word, such as `invalid_api_key`. */
  readonly code?: string;
}

/**
 * Reads an error body.
 *
 * @param body - The parsed JSON of an answer, of any status.
 * @returns What the error says, an empty object for an error that says nothing, `undefined` when it is no error body.
 *
 * @example
 * ```ts
 * readApiError({ error: { message: '', type: '', code: 'invalid_api_key', param: null } }); // { code: 'invalid_api_key' }
 * ```
 */
export function readApiError(body: unknown): ApiErrorDetail | undefined {
  const parsed = apiErrorSchema.safeParse(body);
  if (!parsed.success) return undefined;
  const said = Object.entries(parsed.data.error).filter(isSaid);
  return Object.fromEntries(said);
}

const MEMBERS: ReadonlySet<string> = new Set<keyof ApiErrorDetail>(['message', 'type', 'param', 'code']);

function isSaid([key, value]: readonly [string, unknown]): boolean {
  return MEMBERS.has(key) && typeof value === 'string' && value.trim() !== '';
}
