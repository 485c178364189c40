import type { ApiErrorDetail } from '@realtime-session/protocol';

/** An error the API answers with: its status and what the body says. */
export class ApiFailure extends Error {
  override readonly name = 'ApiFailure';
  /** HTTP status. */
  readonly status: number;
  /** Members of the error body; the absent ones are sent as `null`. */
  readonly detail: ApiErrorDetail;

  /** Takes the HTTP status and what the body says. */
  constructor(status: number, detail: ApiErrorDetail) {
    super(detail.message ?? 'error');
    this.status = status;
    this.detail = detail;
  }
}

/**
 * A refusal of type `invalid_request_error`.
 *
 * @param status - HTTP status.
 * @param detail - Message, and code and param where there are any.
 */
export function invalidRequest(status: number, detail: Omit<ApiErrorDetail, 'type'>): ApiFailure {
  return new ApiFailure(status, { ...detail, type: 'invalid_request_error' });
}
