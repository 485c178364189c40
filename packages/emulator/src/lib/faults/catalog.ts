import { CALL_FAULTS } from './call-faults.ts';
import type {
  CloseFault,
  HangFault,
  LatencyFault,
  LateResponseFault,
  NotFoundFault,
  SkewFault,
  StatusFault,
} from './fault-kinds.ts';
import { SESSION_FAULTS } from './session-faults.ts';

/** An injected failure: a name from {@link FAULTS}, or an object with its own numbers. */
export type Fault =
  | FaultName
  | StatusFault
  | HangFault
  | LatencyFault
  | LateResponseFault
  | SkewFault
  | CloseFault
  | NotFoundFault;

/**
 * What a fault applies to: token requests, offers, WebSocket upgrades, sidebands of calls, requests to hang up, or responses or
 * transcriptions in open sessions.
 */
export type FaultTarget =
  'mint' | 'calls' | 'websocket' | 'sideband' | 'hangup' | 'session' | 'transcription';

/** Where a fault applies, and how often. */
export interface FaultScope {
  /** What the fault applies to. Default: the first target the catalog lists for it. */
  readonly at?: FaultTarget;
  /** How often it applies, a whole number, 1 or more. Default: until {@link RealtimeEmulator.clearFaults}. */
  readonly times?: number;
}

/** One row of {@link FAULTS}. */
export interface FaultEntry {
  /** What the fault can apply to; the first is the default. */
  readonly targets: readonly [FaultTarget, ...FaultTarget[]];
  /** What the client sees. */
  readonly description: string;
  /** What happens, in words for people who do not know the API. */
  readonly summary: string;
}

const HTTP = ['mint', 'calls'] as const;
/** What can be refused with an HTTP status. */
const REQUESTS = ['mint', 'calls', 'sideband', 'hangup'] as const;
const MINT = ['mint'] as const;

/** Every named fault, with its targets and its effect. Code, control endpoint and command line use the same names. */
export const FAULTS = {
  'ga-response': {
    targets: MINT,
    description: '200 in the shape of client_secrets, on every endpoint',
    summary: 'The token arrives in the shape of the current API.',
  },
  'ga-response-expires-zero': {
    targets: MINT,
    description: 'the same, with session.expires_at 0',
    summary: 'The same, and the session claims to end in 1970.',
  },
  'beta-response': {
    targets: MINT,
    description: '200 in the shape of sessions, on every endpoint',
    summary: 'The token arrives in the shape of the retired API.',
  },
  'beta-response-expired': {
    targets: MINT,
    description: 'the same, with expires_at 1234567890, the year 2009',
    summary: 'The same, with a token that expired in 2009.',
  },
  'response-without-secret': {
    targets: MINT,
    description: '200 with a transcription session whose client_secret is null',
    summary: 'The response contains a session, but no token.',
  },
  'error-body': {
    targets: HTTP,
    description: '200 with an error in its body',
    summary: 'The API reports success, but the response contains an error.',
  },
  'html-body': {
    targets: HTTP,
    description: '200 with an HTML page',
    summary: 'A proxy answers with a web page instead of the API.',
  },
  'empty-body': {
    targets: HTTP,
    description: '200 with an empty body',
    summary: 'The API reports success and sends nothing.',
  },
  'sdp-body': {
    targets: MINT,
    description: '201 with SDP, the response of another endpoint',
    summary: 'The response belongs to another endpoint.',
  },
  'unknown-parameter': {
    targets: HTTP,
    description: '400 unknown_parameter',
    summary: 'The API does not know a parameter.',
  },
  'model-in-query': {
    targets: ['calls'],
    description: '400 unknown_parameter, model: the refusal of `?model=` in the address',
    summary: 'The API refuses a model in the address of an offer.',
  },
  'missing-anchor': {
    targets: MINT,
    description: '400 missing_required_parameter, expires_after.anchor',
    summary: 'The API misses a required parameter.',
  },
  'beta-shape': {
    targets: HTTP,
    description: '400 beta_api_shape_disabled',
    summary: 'The API refuses a request in the style of the retired API.',
  },
  'version-mismatch': {
    targets: ['calls', 'mint'],
    description: '400 api_version_mismatch',
    summary: 'The token is from the retired API.',
  },
  'empty-error': {
    targets: REQUESTS,
    description: '400 with an error object whose members are empty',
    summary: 'The API refuses the request without a reason.',
  },
  'invalid-api-key': {
    targets: REQUESTS,
    description: '401 invalid_api_key',
    summary: 'The API key or the token is wrong.',
  },
  forbidden: {
    targets: REQUESTS,
    description: '403 unsupported_country_region_territory',
    summary: 'The API is not available in the country.',
  },
  'invalid-url': {
    targets: HTTP,
    description: '404 Invalid URL, as for a retired endpoint',
    summary: 'The endpoint does not exist.',
  },
  'rate-limit-seconds': {
    targets: REQUESTS,
    description: '429 rate_limit_exceeded, retry-after in seconds',
    summary: 'Too many requests: try again in a few seconds.',
  },
  'rate-limit-date': {
    targets: REQUESTS,
    description: '429 rate_limit_exceeded, retry-after as a date',
    summary: 'Too many requests: try again at a certain time.',
  },
  'rate-limit-ms': {
    targets: REQUESTS,
    description: '429 rate_limit_exceeded, retry-after-ms',
    summary: 'Too many requests: try again in a moment.',
  },
  'rate-limit-final': {
    targets: REQUESTS,
    description: '429 rate_limit_exceeded, x-should-retry: false',
    summary: 'Too many requests: do not try again.',
  },
  'insufficient-quota': {
    targets: HTTP,
    description: '429 insufficient_quota',
    summary: 'The account has no credit left.',
  },
  'server-error': {
    targets: REQUESTS,
    description: '500 server_error',
    summary: 'The API has an internal error.',
  },
  overloaded: {
    targets: REQUESTS,
    description: '503 server_is_overloaded',
    summary: 'The API is overloaded.',
  },
  'gateway-timeout': {
    targets: REQUESTS,
    description: '504 with an HTML page',
    summary: 'A gateway gives up waiting for the API.',
  },
  hang: {
    targets: ['mint', 'calls', 'websocket', 'sideband', 'hangup'],
    description: 'never responds',
    summary: 'The API never answers.',
  },
  reset: {
    targets: REQUESTS,
    description: 'breaks the connection in the middle of the body',
    summary: 'The connection breaks in the middle of the answer.',
  },
  'token-used': {
    targets: ['calls', 'websocket'],
    description: 'a token opens one session; its second use is rejected',
    summary: 'A token works once; its second use is refused.',
  },
  'close-3000': {
    targets: ['websocket'],
    description: 'an error event invalid_api_key, then close 3000',
    summary: 'The session is refused because the token is wrong.',
  },
  'close-4000': {
    targets: ['websocket'],
    description: 'an error event beta_api_shape_disabled, then close 4000',
    summary: 'The session is refused because the client uses the retired API.',
  },
  'close-1001': {
    targets: ['websocket', 'calls'],
    description: 'a session that expires immediately: session_expired, then close 1001',
    summary: 'The session reaches its time limit immediately.',
  },
  drop: {
    targets: ['websocket', 'calls'],
    description: 'a session whose connection breaks as soon as it opens',
    summary: 'The connection is lost as soon as the session opens.',
  },
  ...SESSION_FAULTS,
  ...CALL_FAULTS,
} as const satisfies Readonly<Record<string, FaultEntry>>;

/** Name of a fault in {@link FAULTS}. */
export type FaultName = keyof typeof FAULTS;

/** The kinds of fault that carry a number and so are not in the catalog. */
const NUMERIC_FAULT_TARGETS = {
  status: REQUESTS,
  latency: ['mint', 'calls', 'websocket', 'sideband', 'hangup'],
  'late-response': ['calls', 'hangup'],
  close: ['sideband'],
  'not-found': ['sideband'],
  skew: MINT,
} as const satisfies Readonly<Record<string, FaultEntry['targets']>>;

export const FAULT_TARGETS = [
  'mint',
  'calls',
  'websocket',
  'sideband',
  'hangup',
  'session',
  'transcription',
] as const satisfies FaultTarget[];

export function isFaultName(name: string): name is FaultName {
  return Object.hasOwn(FAULTS, name);
}

/** Returns the name of a fault, or the `kind` of one that carries a number. */
export function faultName(fault: Fault): FaultName | keyof typeof NUMERIC_FAULT_TARGETS {
  return typeof fault === 'string' ? fault : fault.kind;
}

/** Returns what a fault can apply to, its default target first. */
export function faultTargets(fault: Fault): FaultEntry['targets'] {
  const name = faultName(fault);
  return isFaultName(name) ? FAULTS[name].targets : NUMERIC_FAULT_TARGETS[name];
}
