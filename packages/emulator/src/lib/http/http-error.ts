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

/** What is wrong with a credential: none was sent, it is not valid for the endpoint, or it may be real and has crossed a network. */
export type CredentialProblem = 'missing' | 'wrong key' | 'wrong key or token' | 'real key';

/** Names the fake key of the emulator; never repeats the credential that was sent. */
export function describeCredentialProblem(fakeKey: string, problem: CredentialProblem): string {
  const remedy = `This is a local emulator: send "Authorization: Bearer ${fakeKey}"`;
  switch (problem) {
    case 'missing':
      return `You didn't provide an API key. ${remedy}.`;
    case 'wrong key':
      return `Incorrect API key provided. ${remedy}.`;
    case 'wrong key or token':
      return `Incorrect API key provided. ${remedy}, or an unexpired token that it minted.`;
    case 'real key':
      return `This API key looks real, and an emulator that other machines can reach accepts fake keys only. Revoke the key if others can read this network. ${remedy}.`;
  }
}

export function invalidApiKey(fakeKey: string, problem: CredentialProblem): HttpError {
  const message = describeCredentialProblem(fakeKey, problem);
  return invalidRequest(401, { message, code: 'invalid_api_key' });
}

/** The error for a call that has ended, does not exist, or belongs to another key. */
export function callNotFound(status = 404): HttpError {
  return invalidRequest(status, {
    message: 'No session found for the provided call_id.',
    param: 'call_id',
    code: 'call_id_not_found',
  });
}

/** The error for a Live session that has ended, does not exist, or belongs to another key. */
export function sessionNotFound(): HttpError {
  return invalidRequest(404, {
    message: 'No session found for the provided session_id',
    param: 'session_id',
    code: 'session_id_not_found',
  });
}

const ISSUE_ORDER = ['unknown', 'missing', 'invalid'] as const;

/** The message of an issue that expects values of other JSON types, and nothing else. */
const WRONG_TYPE = /^must be (?:(?:string|number|integer|boolean|array|object)(?: or |$))+$/;

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
      return WRONG_TYPE.test(issue.message)
        ? { type, message: `Invalid type for '${param}': ${issue.message}.`, param, code: 'invalid_type' }
        : { type, message: `Invalid value for '${param}': ${issue.message}.`, param, code: 'invalid_value' };
    case undefined:
      return { type, message: `Invalid value for '${param}'.`, param, code: 'invalid_value' };
  }
}
