import { z } from 'zod';

/**
 * Error body of the API. Every member may be missing, `null` or an empty string: all three are seen in practice,
 * and {@link readApiError} treats them alike.
 */
export const apiErrorSchema = z.looseObject({
  /** What went wrong. */
  error: z.looseObject({
    /** Sentence for people. May quote parts of the request; do not show it to strangers. */
    message: z.string().nullish(),
    /** Broad kind, such as `invalid_request_error`. */
    type: z.string().nullish(),
    /** Path of the parameter at fault. */
    param: z.string().nullish(),
    /** Short machine word, such as `invalid_api_key`. */
    code: z.string().nullish(),
  }),
});

/** Error body of the API. */
export type ApiError = z.infer<typeof apiErrorSchema>;
