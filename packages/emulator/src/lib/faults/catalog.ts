import { EmulatorOptionError } from '../shared/option-error.ts';

/** An injected failure: a name from {@link FAULTS}, or an object with its own numbers. */
export type Fault = FaultName | StatusFault | HangFault | LatencyFault | SkewFault;

/** Sends this response instead of the regular one. */
export interface StatusFault {
  /** Always `status`. */
  readonly kind: 'status';
  /** HTTP status, 200..599. Use 200 to test an unexpected body. */
  readonly status: number;
  /** Body: a string is sent unchanged, anything else as JSON. Default: an error object with empty members. */
  readonly body?: unknown;
  /** Additional headers, such as `retry-after`. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** Accepts the request and never responds. The same as the name `hang`. */
export interface HangFault {
  /** Always `hang`. */
  readonly kind: 'hang';
}

/** Delays the regular response. */
export interface LatencyFault {
  /** Always `latency`. */
  readonly kind: 'latency';
  /** Delay in whole milliseconds, 0..600000. */
  readonly ms: number;
}

/** Mints a valid token, but reports its expiry and the `Date` header from a wrong clock. */
export interface SkewFault {
  /** Always `skew`. */
  readonly kind: 'skew';
  /** How far the clock is ahead, in whole milliseconds, -86400000..86400000. Negative means behind. */
  readonly ms: number;
}

/** What a fault applies to: token requests, WebRTC offers, WebSocket upgrades, or responses in open sessions. */
export type FaultTarget = 'mint' | 'calls' | 'websocket' | 'session';

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
}

const HTTP = ['mint', 'calls'] as const;
const MINT = ['mint'] as const;

/** Every named fault, with its targets and its effect. Code, control endpoint and command line use the same names. */
export const FAULTS = {
  'ga-response': { targets: MINT, description: '200 in the shape of client_secrets, on every endpoint' },
  'ga-response-expires-zero': { targets: MINT, description: 'the same, with session.expires_at 0' },
  'beta-response': { targets: MINT, description: '200 in the shape of sessions, on every endpoint' },
  'beta-response-expired': {
    targets: MINT,
    description: 'the same, with expires_at 1234567890, the year 2009',
  },
  'response-without-secret': {
    targets: MINT,
    description: '200 with a transcription session whose client_secret is null',
  },
  'error-body': { targets: HTTP, description: '200 with an error in its body' },
  'html-body': { targets: HTTP, description: '200 with an HTML page' },
  'empty-body': { targets: HTTP, description: '200 with an empty body' },
  'sdp-body': { targets: MINT, description: '201 with SDP, the response of another endpoint' },
  'unknown-parameter': { targets: HTTP, description: '400 unknown_parameter' },
  'missing-anchor': { targets: MINT, description: '400 missing_required_parameter, expires_after.anchor' },
  'beta-shape': { targets: HTTP, description: '400 beta_api_shape_disabled' },
  'version-mismatch': { targets: ['calls', 'mint'], description: '400 api_version_mismatch' },
  'empty-error': { targets: HTTP, description: '400 with an error object whose members are empty' },
  'invalid-api-key': { targets: HTTP, description: '401 invalid_api_key' },
  forbidden: { targets: HTTP, description: '403 unsupported_country_region_territory' },
  'invalid-url': { targets: HTTP, description: '404 Invalid URL, as for a retired endpoint' },
  'rate-limit-seconds': { targets: HTTP, description: '429 rate_limit_exceeded, retry-after in seconds' },
  'rate-limit-date': { targets: HTTP, description: '429 rate_limit_exceeded, retry-after as a date' },
  'rate-limit-ms': { targets: HTTP, description: '429 rate_limit_exceeded, retry-after-ms' },
  'rate-limit-final': { targets: HTTP, description: '429 rate_limit_exceeded, x-should-retry: false' },
  'insufficient-quota': { targets: HTTP, description: '429 insufficient_quota' },
  'server-error': { targets: HTTP, description: '500 server_error' },
  overloaded: { targets: HTTP, description: '503 server_is_overloaded' },
  'gateway-timeout': { targets: HTTP, description: '504 with an HTML page' },
  hang: { targets: ['mint', 'calls', 'websocket'], description: 'never responds' },
  reset: { targets: HTTP, description: 'breaks the connection in the middle of the body' },
  'token-used': {
    targets: ['calls', 'websocket'],
    description: 'a token opens one session; its second use is rejected',
  },
  'close-3000': { targets: ['websocket'], description: 'an error event invalid_api_key, then close 3000' },
  'close-4000': {
    targets: ['websocket'],
    description: 'an error event beta_api_shape_disabled, then close 4000',
  },
  'close-1001': {
    targets: ['websocket', 'calls'],
    description: 'a session that expires immediately: session_expired, then close 1001',
  },
  drop: {
    targets: ['websocket', 'calls'],
    description: 'a session whose connection breaks as soon as it opens',
  },
  'response-failed': {
    targets: ['session'],
    description: 'a response that fails: response.done with status failed',
  },
} as const satisfies Readonly<Record<string, FaultEntry>>;

/** Name of a fault in {@link FAULTS}. */
export type FaultName = keyof typeof FAULTS;

/** The kinds of fault that carry a number and so are not in the catalog. */
const NUMERIC_FAULT_TARGETS = {
  status: HTTP,
  latency: ['mint', 'calls', 'websocket'],
  skew: MINT,
} as const satisfies Readonly<Record<string, FaultEntry['targets']>>;

export const FAULT_TARGETS = ['mint', 'calls', 'websocket', 'session'] as const satisfies FaultTarget[];

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

export interface ScopedFault {
  readonly fault: Fault;
  readonly scope: FaultScope;
}

const SPEC = /^([\w-]+)(?:=(-?\d{1,8}))?(?:@(\w+))?(?::(\d{1,6}))?$/;

/**
 * Parses `name[=number][@target][:times]`, such as `overloaded`, `close-1001@calls:1`, `latency=500` or `status=418@mint`.
 * Throws {@link EmulatorOptionError} for anything else.
 */
export function parseFault(text: string): ScopedFault {
  const [, name = '', number, at, times] = SPEC.exec(text) ?? [];
  const scope = {
    ...(at === undefined ? {} : { at: parseFaultTarget(at) }),
    ...(times === undefined ? {} : { times: Number(times) }),
  };
  return { fault: toFault(name, number), scope };
}

/** Throws {@link EmulatorOptionError} for an unknown target. */
export function parseFaultTarget(text: string): FaultTarget {
  const target = FAULT_TARGETS.find((known) => known === text);
  if (target !== undefined) return target;
  throw new EmulatorOptionError(
    `"${text}" is not a target of faults; choose one of ${FAULT_TARGETS.join(', ')}.`,
  );
}

function toFault(name: string, number: string | undefined): Fault {
  if (number === undefined && isFaultName(name)) return name;
  if (number !== undefined && (name === 'latency' || name === 'skew'))
    return { kind: name, ms: Number(number) };
  if (number !== undefined && name === 'status') return { kind: name, status: Number(number) };
  throw new EmulatorOptionError(
    'Write a fault as name[@target][:times], latency=MS, skew=MS or status=CODE; "realtime-emulator faults" lists the names.',
  );
}
