import { z } from 'zod';

/**
 * Error body of the API. Each field can be missing, `null` or an empty string. All three occur in practice, and
 * {@link readApiError} treats them the same.
 */
export const apiErrorSchema = z.looseObject({
  /** The error. */
  error: z.looseObject({
    /** Message for developers. Can quote the request: do not show it to users. */
    message: z.string().nullish(),
    /** Category, such as `invalid_request_error`. */
    type: z.string().nullish(),
    /** Path of the invalid parameter. */
    param: z.string().nullish(),
    /** Machine-readable code, such as `invalid_api_key`. */
    code: z.string().nullish(),
  }),
});

/** Error body of the API. */
export type ApiError = z.infer<typeof apiErrorSchema>;

/** The fields of an API error that contain text. Empty strings and `null` are omitted. */
export interface ApiErrorDetail {
  /** Message for developers. Can quote the request: do not show it to users. */
  readonly message?: string;
  /** Category, such as `invalid_request_error`. */
  readonly type?: string;
  /** Path of the invalid parameter. */
  readonly param?: string;
  /** Machine-readable code, such as `invalid_api_key`. */
  readonly code?: string;
}

const FIELDS: ReadonlySet<string> = new Set<keyof ApiErrorDetail>(['message', 'type', 'param', 'code']);

/**
 * Reads an error body.
 *
 * @param body - The parsed JSON of a response with any status.
 * @returns The fields of the error, or `undefined` if the body is not an error body.
 *
 * @example
 * ```ts
 * // { code: 'invalid_api_key' }
 * readApiError({ error: { message: '', type: '', code: 'invalid_api_key', param: null } });
 * ```
 */
export function readApiError(body: unknown): ApiErrorDetail | undefined {
  const parsed = apiErrorSchema.safeParse(body);
  if (!parsed.success) return undefined;
  return Object.fromEntries(
    Object.entries(parsed.data.error).filter(
      ([key, value]) => FIELDS.has(key) && typeof value === 'string' && value.trim() !== '',
    ),
  );
}
