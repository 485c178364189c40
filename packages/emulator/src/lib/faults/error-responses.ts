import type { ApiErrorDetail } from '@realtime-session/protocol';
import { callNotFound, HttpError, sessionNotFound } from '../http/http-error.ts';
import { toErrorResponse } from '../http/response.ts';
import type { HttpResponse } from '../http/response.ts';
import type { FaultName } from './catalog.ts';

const RETRY_AFTER_MS = 2_000;

/** The faults that are an error response. */
export type ErrorFault = Extract<
  FaultName,
  | 'unknown-parameter'
  | 'model-in-query'
  | 'missing-anchor'
  | 'beta-shape'
  | 'version-mismatch'
  | 'empty-error'
  | 'invalid-api-key'
  | 'forbidden'
  | 'invalid-url'
  | 'rate-limit-seconds'
  | 'rate-limit-date'
  | 'rate-limit-ms'
  | 'rate-limit-final'
  | 'insufficient-quota'
  | 'server-error'
  | 'overloaded'
  | 'conflict'
  | 'call-not-found'
>;

const INVALID = 'invalid_request_error';
const RATE_LIMIT: ApiErrorDetail = {
  type: 'requests',
  code: 'rate_limit_exceeded',
  message: 'Rate limit reached for requests.',
};

const DETAILS: Readonly<Record<ErrorFault, readonly [status: number, detail: ApiErrorDetail]>> = {
  'unknown-parameter': [
    400,
    { type: INVALID, code: 'unknown_parameter', param: 'type', message: "Unknown parameter: 'type'." },
  ],
  'model-in-query': [
    400,
    { type: INVALID, code: 'unknown_parameter', param: 'model', message: "Unknown parameter: 'model'." },
  ],
  'missing-anchor': [
    400,
    {
      type: INVALID,
      code: 'missing_required_parameter',
      param: 'expires_after.anchor',
      message: "Missing required parameter: 'expires_after.anchor'.",
    },
  ],
  'beta-shape': [
    400,
    {
      type: INVALID,
      code: 'beta_api_shape_disabled',
      message: 'The Realtime Beta API is no longer supported. Please use /v1/realtime for the GA API.',
    },
  ],
  'version-mismatch': [
    400,
    {
      type: INVALID,
      code: 'api_version_mismatch',
      message: 'You cannot start a Realtime GA session with a beta client secret.',
    },
  ],
  'empty-error': [400, { type: '', code: '', param: '', message: '' }],
  'invalid-api-key': [
    401,
    { type: INVALID, code: 'invalid_api_key', message: 'Incorrect API key provided.' },
  ],
  forbidden: [
    403,
    {
      type: 'request_forbidden',
      code: 'unsupported_country_region_territory',
      message: 'Country, region, or territory not supported.',
    },
  ],
  'invalid-url': [404, { type: INVALID, message: 'Invalid URL (POST /v1/realtime/sessions)' }],
  'rate-limit-seconds': [429, RATE_LIMIT],
  'rate-limit-date': [429, RATE_LIMIT],
  'rate-limit-ms': [429, RATE_LIMIT],
  'rate-limit-final': [429, RATE_LIMIT],
  'insufficient-quota': [
    429,
    {
      type: 'insufficient_quota',
      code: 'insufficient_quota',
      message: 'You exceeded your current quota, please check your plan and billing details.',
    },
  ],
  'server-error': [500, { type: 'server_error', message: 'The server had an error.' }],
  conflict: [409, { type: INVALID, code: 'conflict', message: 'The request conflicts with another one.' }],
  'call-not-found': [404, callNotFound().detail],
  overloaded: [503, { type: 'server_error', code: 'server_is_overloaded', message: 'Overloaded.' }],
};

/** What an error depends on. */
export interface ErrorContext {
  /** The emulator's time, in milliseconds since 1970, for dates in headers. */
  readonly nowMs: number;
  /** The API that is used. Default `realtime`. */
  readonly api?: 'realtime' | 'live';
}

/** Builds the response of a fault that is an error. */
export function errorResponse(name: ErrorFault, { nowMs, api }: ErrorContext): HttpResponse {
  const isLiveSession = api === 'live' && name === 'call-not-found';
  const response = toErrorResponse(isLiveSession ? sessionNotFound() : new HttpError(...DETAILS[name]));
  const headers = retryHeaders(name, nowMs);
  return headers === undefined ? response : { ...response, headers };
}

function retryHeaders(name: ErrorFault, nowMs: number): Readonly<Record<string, string>> | undefined {
  switch (name) {
    case 'rate-limit-seconds':
      return { 'retry-after': String(RETRY_AFTER_MS / 1000) };
    case 'rate-limit-date':
      return { 'retry-after': new Date(nowMs + RETRY_AFTER_MS).toUTCString() };
    case 'rate-limit-ms':
      return { 'retry-after-ms': String(RETRY_AFTER_MS) };
    case 'rate-limit-final':
      return { 'x-should-retry': 'false' };
    default:
      return undefined;
  }
}
