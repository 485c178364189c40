import { checkedLater, routeChecks } from '../check-options.ts';
import type { Check, OptionsDescription } from '../check-options.ts';
import { checkFunction, checkInteger, checkNames, checkOneOf, describeType, isRecord } from '../validate.ts';
import type { UnknownRecord } from '../validate.ts';
import type { CallHandlerOptions, CallLimits } from './call-options.ts';

function hasFunctions(value: unknown, names: readonly string[]): value is UnknownRecord {
  return isRecord(value) && names.every((name) => typeof value[name] === 'function');
}

function checkCallUpstream(value: unknown): void {
  if (value === undefined) return;
  if (hasFunctions(value, ['create', 'attach', 'end', 'interpret']) && value['api'] === 'realtime') return;
  const isMint = isRecord(value) && typeof value['url'] === 'string';
  const problem = isMint ? 'it creates tokens, not calls' : `it is ${describeType(value)}`;
  throw new TypeError(`upstream must be created by openaiCalls() or azureCalls({ endpoint }); ${problem}.`);
}

const storeMethods = ['reserve', 'start', 'read', 'touch', 'requestEnd', 'finish', 'spend', 'claim'] as const;

function checkStore(value: unknown): void {
  if (value === undefined) return;
  const isStore = hasFunctions(value, storeMethods) && typeof value['scope'] === 'string';
  if (isStore) return;
  throw new TypeError(
    `store must be created by memoryCallStore() or redisCallStore(redis); it is ${describeType(value)}.`,
  );
}

function checkClock(value: unknown): void {
  if (value === undefined || hasFunctions(value, ['nowMs', 'monotonicMs', 'setTimer'])) return;
  throw new TypeError('clock must have the functions nowMs, monotonicMs and setTimer.');
}

const TOOL_FORM = '{ parameters: schema, run: (args, { principal, signal }) => result }';

function checkTool(name: string, value: unknown): void {
  const option = `tools.${name}`;
  if (!isRecord(value)) throw new TypeError(`${option} must be an object such as ${TOOL_FORM}.`);
  const { description, parameters, run, timeoutMs } = value;
  checkNames(option, value, ['description', 'parameters', 'run', 'timeoutMs']);
  const isSchema =
    (typeof parameters === 'object' || typeof parameters === 'function') &&
    parameters !== null &&
    '~standard' in parameters;
  if (!isSchema) {
    throw new TypeError(
      `${option}.parameters must be a Standard Schema, such as z.object({ … }): the arguments are untrusted.`,
    );
  }
  if (run === undefined) throw new TypeError(`${option}.run is missing; the form is ${TOOL_FORM}.`);
  checkFunction(`${option}.run`, run);
  if (description !== undefined && typeof description !== 'string')
    throw new TypeError(`${option}.description must be a text, not ${describeType(description)}.`);
  if (timeoutMs !== undefined) checkNumber(`${option}.timeoutMs`, timeoutMs, { min: 1, max: 600_000 });
}

function checkTools(value: unknown): void {
  if (value === undefined) return;
  if (!isRecord(value)) throw new TypeError(`tools must be an object such as { lookUp: ${TOOL_FORM} }.`);
  for (const [name, tool] of Object.entries(value)) {
    if (!/^[\w-]{1,64}$/.test(name)) {
      throw new TypeError(
        `tools: ${JSON.stringify(name.slice(0, 64))} is not the name of a function; use 1 to 64 letters, digits, underscores and hyphens.`,
      );
    }
    checkTool(name, tool);
  }
}

function checkNumber(option: string, value: unknown, range: { min: number; max?: number }): number {
  return checkInteger(option, typeof value === 'number' ? value : Number.NaN, range);
}

/** Defaults and ranges of the limits that are whole numbers. */
export const callLimitNumbers = {
  maxDurationMs: [600_000, { min: 1000, max: 3_600_000 }],
  warnBeforeMs: [30_000, { min: 0, max: 3_600_000 }],
  idleTimeoutMs: [120_000, { min: 1000, max: 3_600_000 }],
  connectTimeoutMs: [20_000, { min: 1000, max: 600_000 }],
  heartbeatTimeoutMs: [60_000, { min: 3000, max: 600_000 }],
  maxConcurrentPerPrincipal: [1, { min: 1 }],
} as const;

function checkAmount(option: string, value: unknown): void {
  if (typeof value === 'number' && Number.isFinite(value) && value > 0) return;
  throw new TypeError(`${option} must be a finite number, more than 0, in the unit that \`cost\` returns.`);
}

function checkPrincipalBudget(value: unknown): void {
  const option = 'callLimits.budget.perPrincipal';
  if (!isRecord(value))
    throw new TypeError(`${option} must be an object such as { max: 2, windowMs: 86_400_000 }.`);
  checkNames(option, value, ['max', 'windowMs']);
  checkAmount(`${option}.max`, value['max']);
  checkNumber(`${option}.windowMs`, value['windowMs'], { min: 60_000, max: 2_678_400_000 });
}

function checkBudget(value: unknown): void {
  if (value === undefined) return;
  const option = 'callLimits.budget';
  if (!isRecord(value))
    throw new TypeError(`${option} must be an object such as { perCall: 0.5, cost: openaiPrices() }.`);
  const { cost, perCall, perPrincipal } = value;
  checkNames(option, value, ['perCall', 'perPrincipal', 'cost', 'unpriced']);
  if (cost === undefined) {
    throw new TypeError(
      `${option}.cost is missing: it says what usage costs; set \`cost: openaiPrices()\`, or your own function.`,
    );
  }
  checkFunction(`${option}.cost`, cost);
  if (perCall !== undefined) checkAmount(`${option}.perCall`, perCall);
  if (perPrincipal !== undefined) checkPrincipalBudget(perPrincipal);
}

const limitNames: readonly (keyof CallLimits)[] = [
  ...(Object.keys(callLimitNumbers) as (keyof typeof callLimitNumbers)[]), // the keys of a constant
  'maxConcurrentTotal',
  'whenFull',
  'budget',
];

function checkCallLimits(value: unknown): void {
  if (value === undefined) return;
  if (!isRecord(value))
    throw new TypeError('callLimits must be an object such as { maxDurationMs: 600_000 }.');
  checkNames('callLimits', value, limitNames);
  for (const [name, [, range]] of Object.entries(callLimitNumbers))
    if (value[name] !== undefined) checkNumber(`callLimits.${name}`, value[name], range);
  const { maxConcurrentTotal: total, budget } = value;
  if (total !== undefined && total !== Infinity)
    checkNumber('callLimits.maxConcurrentTotal', total, { min: 1 });
  checkBudget(budget);
}

const checks: Readonly<Record<keyof CallHandlerOptions, Check>> = {
  ...routeChecks,
  upstream: checkCallUpstream,
  callLimits: checkCallLimits,
  tools: checkTools,
  supervision: checkedLater,
  store: checkStore,
  transcripts: checkedLater,
  onCall: (value) => checkFunction('onCall', value),
  onEvent: (value) => checkFunction('onEvent', value),
  clock: checkClock,
};

const ofTokens = 'is an option of createSessionHandler(): a call has no token; leave it out';

/** The options of `createCallHandler()`, and what belongs elsewhere. */
export const callOptions: OptionsDescription = {
  name: 'createCallHandler()',
  checks,
  misplaced: {
    ...Object.fromEntries(limitNames.map((name) => [name, 'is a limit; set it in the option `callLimits`'])),
    cost: 'belongs to a budget; set it in the option `callLimits.budget`',
    pageUpdates: 'is an option of the upstream; set `upstream: openaiCalls({ pageUpdates })`',
    ttlSeconds: ofTokens,
    responseFormat: ofTokens,
    expose: ofTokens,
    nowMs: 'is an option of createSessionHandler(); set the option `clock`',
  },
};

/** What needs a connection to each call, and what to do without one. */
const attachedOnly: readonly (readonly [name: string, isSet: (options: AnyCallOptions) => unknown])[] = [
  ['callLimits.idleTimeoutMs', ({ callLimits }) => callLimits?.idleTimeoutMs],
  ['callLimits.budget', ({ callLimits }) => callLimits?.budget],
  ['tools', ({ tools }) => (Object.keys(tools ?? {}).length > 0 ? tools : undefined)],
  ['onCall', ({ onCall }) => onCall],
  ["transcripts: 'events'", ({ transcripts }) => (transcripts === 'events' ? transcripts : undefined)],
];

type AnyCallOptions = Pick<
  CallHandlerOptions,
  'callLimits' | 'supervision' | 'store' | 'transcripts' | 'upstream'
> & { readonly tools?: object; readonly onCall?: unknown };

/** Runtimes that end or freeze a process when its response is sent. */
function detectServerless(): string | undefined {
  if (typeof navigator === 'object' && navigator.userAgent === 'Cloudflare-Workers') return 'workerd';
  try {
    const name = typeof process === 'undefined' ? undefined : process.env['AWS_LAMBDA_FUNCTION_NAME'];
    return name === undefined ? undefined : 'AWS Lambda';
  } catch {
    // Deno throws if the variable may not be read.
    return undefined;
  }
}

function checkSweep({ store, upstream, ...options }: AnyCallOptions): void {
  for (const [name, isSet] of attachedOnly) {
    if (isSet(options) === undefined) continue;
    throw new TypeError(
      `${name} needs a connection to each call, which \`supervision: 'sweep'\` does not have; leave it out, or use \`supervision: 'attached'\` on a long-running server.`,
    );
  }
  if (upstream !== undefined && upstream.pageUpdates !== 'allow') {
    throw new TypeError(
      "pageUpdates needs a connection to each call, which `supervision: 'sweep'` does not have; set `pageUpdates: 'allow'` in the upstream.",
    );
  }
  if (store?.scope !== 'shared') {
    throw new TypeError(
      "store: `supervision: 'sweep'` needs a store that other processes can read; set `store: redisCallStore(redis)`.",
    );
  }
}

/**
 * Checks what the options mean together.
 *
 * @throws TypeError Names the option and the remedy.
 */
export function checkSupervision(options: AnyCallOptions): 'attached' | 'sweep' {
  const supervision = checkOneOf('supervision', options.supervision ?? 'attached', ['attached', 'sweep']);
  const runtime = detectServerless();
  if (supervision === 'sweep') checkSweep(options);
  else if (runtime !== undefined) {
    throw new TypeError(
      `supervision: 'attached' needs a long-running server, and this is ${runtime}; set \`supervision: 'sweep'\` and \`store: redisCallStore(redis)\`, and call sweep() from a scheduled job.`,
    );
  }
  return supervision;
}
