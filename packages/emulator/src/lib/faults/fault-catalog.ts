import type { FaultTarget } from './fault.ts';

/** One line of the catalog. */
export interface FaultEntry {
  /** Where it may strike; the first is the default. */
  readonly places: readonly [FaultTarget, ...FaultTarget[]];
  /** What the client meets. */
  readonly does: string;
}

const HTTP = ['mint', 'calls'] as const;
const MINT = ['mint'] as const;
const OPEN = ['calls', 'websocket'] as const;

/** Every fault that has a name: what it does, and where. The names are the same in code, at the control endpoint and on the command line. */
export const FAULTS = {
  'answer-ga': { places: MINT, does: '200 in the shape of client_secrets, whichever call asked' },
  'answer-ga-expires-zero': { places: MINT, does: 'the same, with session.expires_at 0' },
  'answer-beta': { places: MINT, does: '200 in the shape of sessions, whichever call asked' },
  'answer-beta-expired': { places: MINT, does: 'the same, with expires_at 1234567890, the year 2009' },
  'answer-without-secret': { places: MINT, does: '200, a transcription session with client_secret null' },
  'answer-error': { places: HTTP, does: '200 with an error in its body' },
  'answer-html': { places: HTTP, does: '200 with a page of HTML' },
  'answer-empty': { places: HTTP, does: '200 without a body' },
  'answer-sdp': { places: MINT, does: '201 with SDP, as if the call had been another' },
  'unknown-parameter': { places: HTTP, does: '400 unknown_parameter' },
  'missing-anchor': { places: MINT, does: '400 missing_required_parameter, expires_after.anchor' },
  'beta-shape': { places: HTTP, does: '400 beta_api_shape_disabled' },
  'version-mismatch': { places: ['calls', 'mint'], does: '400 api_version_mismatch' },
  'empty-error': { places: HTTP, does: '400 whose error says nothing' },
  'invalid-api-key': { places: HTTP, does: '401 invalid_api_key' },
  forbidden: { places: HTTP, does: '403 unsupported_country_region_territory' },
  'invalid-url': { places: HTTP, does: '404 Invalid URL, as for calls that were retired' },
  'rate-limit-seconds': { places: HTTP, does: '429 rate_limit_exceeded, retry-after in seconds' },
  'rate-limit-date': { places: HTTP, does: '429 rate_limit_exceeded, retry-after as a date' },
  'rate-limit-ms': { places: HTTP, does: '429 rate_limit_exceeded, retry-after-ms' },
  'rate-limit-final': { places: HTTP, does: '429 rate_limit_exceeded, x-should-retry: false' },
  'insufficient-quota': { places: HTTP, does: '429 insufficient_quota' },
  'server-error': { places: HTTP, does: '500 server_error' },
  overloaded: { places: HTTP, does: '503 server_is_overloaded' },
  'gateway-timeout': { places: HTTP, does: '504 with a page of HTML' },
  hang: { places: ['mint', 'calls', 'websocket'], does: 'never answers' },
  reset: { places: HTTP, does: 'breaks the connection in the middle of the body' },
  'token-used': { places: OPEN, does: 'a token opens one session; its second use is refused' },
  'close-3000': { places: ['websocket'], does: 'an error event invalid_api_key, then close 3000' },
  'close-4000': { places: ['websocket'], does: 'an error event beta_api_shape_disabled, then close 4000' },
  'close-1001': {
    places: ['websocket', 'calls'],
    does: 'a session that ends at once: session_expired, then close 1001',
  },
  drop: { places: ['websocket', 'calls'], does: 'a session whose connection breaks once it is open' },
  'response-failed': { places: ['session'], does: 'a response that fails: response.done with status failed' },
} as const satisfies Readonly<Record<string, FaultEntry>>;

/** Name of a fault of the catalog. */
export type FaultName = keyof typeof FAULTS;

const WITH_NUMBERS = {
  status: HTTP,
  latency: ['mint', 'calls', 'websocket'],
  skew: MINT,
} as const satisfies Readonly<Record<string, FaultEntry['places']>>;

/**
 * Where a fault may strike, its default place first.
 *
 * @param name - A name of the catalog, or the `kind` of a fault with numbers.
 */
export function placesOf(name: FaultName | keyof typeof WITH_NUMBERS): FaultEntry['places'] {
  return isFaultName(name) ? FAULTS[name].places : WITH_NUMBERS[name];
}

/**
 * Whether the catalog has a fault of that name.
 *
 * @param name - Any word.
 */
export function isFaultName(name: string): name is FaultName {
  return Object.hasOwn(FAULTS, name);
}
