import { emitEvent } from '../audit.ts';
import type { AuditEvent } from '../audit-events.ts';
import { checkOptions } from '../check-options.ts';
import { memoryLimiter } from '../limit/memory.ts';
import type { BySubject, Limiter } from '../limit/limiter.ts';
import type { UnknownFields } from '../options.ts';
import type { ClientRules } from '../policy/client.ts';
import { parsePinned } from '../policy/params.ts';
import type { ParsedParams } from '../policy/params.ts';
import { translatePath } from '../policy/unknown-fields.ts';
import { resolveReporter } from '../report.ts';
import type { Reporter } from '../report.ts';
import type { Principal } from '../request-context.ts';
import { resolveRoute } from '../resolve-route.ts';
import type { RouteConfig } from '../resolve-route.ts';
import { callRoute } from '../route.ts';
import { checkInteger, checkOneOf, createClock } from '../validate.ts';
import { systemClock } from './call-clock.ts';
import type { CallEvent } from './call-events.ts';
import type { CallBudget, CallHandlerOptions, CallLimits } from './call-options.ts';
import type { CallServiceConfig, ResolvedCallLimits } from './call-service.ts';
import { callLimitNumbers, callOptions } from './check-call-options.ts';
import type { CallStore } from './call-store.ts';
import { checkPriced } from './check-priced.ts';
import { checkSupervision } from './check-supervision.ts';
import { memoryCallStore } from './memory-call-store.ts';
import { openaiCalls } from './realtime-calls.ts';
import { checkModel, sessionRules } from './session-rules.ts';
import type { SessionRules } from './session-rules.ts';
import { addTools } from './session-tools.ts';

/** The options with defaults applied, after all checks. */
export interface CallHandlerConfig<P extends Principal> extends RouteConfig<P> {
  readonly reporter: Reporter<AuditEvent | CallEvent>;
  /** For `PUT` and `DELETE`. */
  readonly pageLimiters: BySubject<Limiter>;
  readonly sessions: SessionRules;
  /** What the service needs in addition. */
  readonly service: Omit<CallServiceConfig<P>, 'readApiKey' | 'readSession'>;
}

type NumberLimits = Pick<ResolvedCallLimits, keyof typeof callLimitNumbers>;

function resolveNumbers(limits: CallLimits): NumberLimits {
  const resolve = (name: keyof NumberLimits): number => limits[name] ?? callLimitNumbers[name][0];
  return {
    maxDurationMs: resolve('maxDurationMs'),
    warnBeforeMs: resolve('warnBeforeMs'),
    idleTimeoutMs: resolve('idleTimeoutMs'),
    connectTimeoutMs: resolve('connectTimeoutMs'),
    heartbeatTimeoutMs: resolve('heartbeatTimeoutMs'),
    maxConcurrentPerPrincipal: resolve('maxConcurrentPerPrincipal'),
  };
}

function resolveCallLimits(limits: CallLimits, capMs: number): ResolvedCallLimits {
  const numbers = resolveNumbers(limits);
  checkInteger('callLimits.maxDurationMs', numbers.maxDurationMs, { min: 1000, max: capMs });
  return {
    ...numbers,
    maxConcurrentTotal: limits.maxConcurrentTotal ?? Infinity,
    whenFull: checkOneOf('callLimits.whenFull', limits.whenFull ?? 'refuse', ['refuse', 'replace']),
    budget: limits.budget && resolveBudget(limits.budget),
  };
}

function resolveBudget(budget: CallBudget): ResolvedCallLimits['budget'] {
  const { unpriced = 'end' } = budget;
  return { ...budget, unpriced: checkOneOf('callLimits.budget.unpriced', unpriced, ['end', 'allow']) };
}

/** How many heartbeats a page may send for each that it should. */
const HEARTBEAT_SLACK = 10;

/** Calls of one address, or of all clients whose address is not known, that send heartbeats at the normal rate. */
const CALLS_PER_ADDRESS = 2000;

const MINUTE_MS = 60_000;
const MAX_RATE = 1_000_000;

/**
 * The limits of `PUT` and `DELETE`. Always in memory, and far above what pages send: they stop floods, and a heartbeat that is refused
 * by mistake would end a call.
 */
function resolvePageLimiters(limits: ResolvedCallLimits, nowMs: () => number): BySubject<Limiter> {
  const perCall = Math.ceil((MINUTE_MS * 3) / limits.heartbeatTimeoutMs);
  const limiter = (max: number): Limiter =>
    memoryLimiter({ rate: { max: Math.min(max, MAX_RATE), windowMs: MINUTE_MS }, nowMs });
  return {
    perPrincipal: limiter(perCall * HEARTBEAT_SLACK * limits.maxConcurrentPerPrincipal),
    perAddress: limiter(perCall * CALLS_PER_ADDRESS),
  };
}

/** The listed paths in the parameters of the live call, in which a session reports its changes. */
function toAllowedPaths(rules: ClientRules): readonly string[] {
  if (rules.kind === 'schema') return [];
  return rules.paths.map((path) => translatePath(path.split('.'), 'client_secrets').join('.'));
}

function checkAllow(allow: unknown): void {
  if (!Array.isArray(allow) || !allow.includes('expires_after')) return;
  throw new TypeError(
    "allow: a call has no token and therefore no lifetime; leave 'expires_after' out. `callLimits.maxDurationMs` limits the call.",
  );
}

/** Parses the owner's session, and checks that a call can be created with it. */
function createSessionParser<P extends Principal>({
  tools,
  limits,
  upstream,
}: Pick<CallServiceConfig<P>, 'tools' | 'limits' | 'upstream'>): (
  session: unknown,
  unknownFields: UnknownFields,
) => ParsedParams {
  const rules = sessionRules[upstream.api];
  return (session, unknownFields) => {
    checkModel(session, rules);
    const pinned = parsePinned(addTools(session, tools), unknownFields, rules.parse);
    const plan = rules.plan({ client: rules.emptyRequest, pinned, maxOutputTokens: undefined });
    checkPriced(limits.budget, plan.session, upstream);
    return pinned;
  };
}

/** With a shared store, an empty text is a missing key, as an empty variable of the environment is. */
function resolveSecret(store: CallStore, key: string | undefined): string | undefined {
  return store.scope === 'shared' && key === '' ? undefined : key;
}

/**
 * Applies defaults and checks every option when the handler is created.
 *
 * @throws TypeError Names the option and its remedy.
 */
export function resolveCallOptions<P extends Principal, U extends UnknownFields>(
  options: CallHandlerOptions<P, U>,
): CallHandlerConfig<P> {
  checkOptions(options, callOptions);
  const supervision = checkSupervision(options);
  checkAllow(options.allow);
  const { tools = {}, clock = systemClock, onCall, transcripts = 'none' } = options;
  const upstream = options.upstream ?? openaiCalls(supervision === 'sweep' ? { pageUpdates: 'allow' } : {});
  const sessions = sessionRules[upstream.api];
  const limits = resolveCallLimits(options.callLimits ?? {}, upstream.capMs);
  const nowMs = createClock(() => clock.nowMs());
  const reporter = resolveReporter<AuditEvent | CallEvent>(options.onEvent, nowMs);
  const store = options.store ?? memoryCallStore();
  const secret = resolveSecret(store, options.safetyIdentifierKey);
  const { safetyIdentifierKey: _key, ...others } = options;
  const keyed = secret === undefined ? others : { ...others, safetyIdentifierKey: secret };
  const route = resolveRoute<P, U>(keyed, {
    route: callRoute,
    parseSession: createSessionParser({ tools, limits, upstream }),
    checkAllowPaths: sessions.checkAllowPaths,
    reporter,
    nowMs,
  });
  const { fetch, timeoutMs, hashPrincipal, knownSecrets } = route;
  return {
    ...route,
    reporter,
    sessions,
    pageLimiters: resolvePageLimiters(limits, nowMs),
    service: {
      upstream,
      limits,
      tools,
      supervision,
      store,
      transcripts: checkOneOf('transcripts', transcripts, ['none', 'events']),
      onCall,
      onEvent: (event) => emitEvent(reporter, event),
      clock,
      fetch,
      timeoutMs,
      knownSecrets,
      allowedPaths: toAllowedPaths(route.rules),
      hashPrincipal,
      secret,
    },
  };
}
