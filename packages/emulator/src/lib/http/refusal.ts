import type { ApiErrorDetail, WireIssue } from '@realtime-session/protocol';

const KINDS = ['unknown', 'missing', 'invalid'] as const;

/**
 * The one complaint the API would answer with: unknown parameters first, then missing ones, then wrong ones.
 *
 * @param issues - What the schema found; at least one.
 * @param parent - Path the issues are below, empty for the body itself.
 */
export function refusal(issues: readonly WireIssue[], parent: string): ApiErrorDetail {
  const issue = KINDS.flatMap((kind) => issues.filter((candidate) => candidate.kind === kind))[0];
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
