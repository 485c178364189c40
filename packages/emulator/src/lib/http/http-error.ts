import type { ApiErrorDetail, WireIssue } from '@realtime-session/protocol';

/** An error response of the API: its status and the `error` object of its body. */
export class HttpError extends Error {
  override readonly name = 'HttpError';
  readonly status: number;
  /** Missing members are sent as `null`. */
  readonly detail: ApiErrorDetail;

  constructor(status: number, detail: ApiErrorDetail) {
    super(detail.message ?? 'error');
    this.status = status;
    this.detail = detail;
  }
}

export function invalidRequest(status: number, detail: Omit<ApiErrorDetail, 'type'>): HttpError {
  return new HttpError(status, { ...detail, type: 'invalid_request_error' });
}

/** The message never repeats the credential. */
export function invalidApiKey(credential: string | undefined): HttpError {
  const message =
    credential === undefined
      ? "You didn't provide an API key. Send it in an Authorization header using Bearer auth."
      : 'Incorrect API key provided. This is a local emulator: use the fake key it was started with, or an unexpired token it minted.';
  return invalidRequest(401, { message, code: 'invalid_api_key' });
}

const ISSUE_ORDER = ['unknown', 'missing', 'invalid'] as const;

/**
 * Describes a validation failure the way the API does, which reports one issue per request: unknown parameters first, then
 * missing ones, then invalid ones. `parent` is the path the issues are relative to, or empty for the body itself.
 */
export function toErrorDetail(issues: readonly WireIssue[], parent = ''): ApiErrorDetail {
  const issue = ISSUE_ORDER.flatMap((kind) => issues.filter((candidate) => candidate.kind === kind))[0];
  const param = [parent, issue?.path ?? ''].filter((part) => part !== '').join('.');
  const type = 'invalid_request_error';
  switch (issue?.kind) {
    case 'unknown':
      return { type, message: `Unknown parameter: '${param}'.`, param, code: 'unknown_parameter' };
    case 'missing':
      return {
        type,
        message: `Missing required parameter: '${param}'.`,
        param,
        code: 'missing_required_parameter',
      };
    case 'invalid':
    case undefined:
      return {
        type,
        message: `Invalid value for '${param}': ${issue?.message ?? 'is not valid'}.`,
        param,
        code: 'invalid_value',
      };
  }
}
