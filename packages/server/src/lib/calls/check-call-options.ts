import { checkedLater, routeChecks } from '../check-options.ts';
import type { Check, OptionsDescription } from '../check-options.ts';
import { checkFunction, checkInteger, checkNames, describeType, isRecord } from '../validate.ts';
import type { UnknownRecord } from '../validate.ts';
import type { CallHandlerOptions, CallLimits } from './call-options.ts';

function hasFunctions(value: unknown, names: readonly string[]): value is UnknownRecord {
  return isRecord(value) && names.every((name) => typeof value[name] === 'function');
}

function checkCallUpstream(value: unknown): void {
  if (value === undefined) return;
  const isCalls = hasFunctions(value, ['create', 'attach', 'end', 'interpret']);
  if (isCalls && (value['api'] === 'realtime' || value['api'] === 'live')) return;
  const isMint = isRecord(value) && typeof value['url'] === 'string';
  const problem = isMint ? 'it creates tokens, not calls' : `it is ${describeType(value)}`;
  throw new TypeError(
    `upstream must be created by openaiCalls() or azureCalls({ endpoint }), or for Live by openaiLive() or azureLive({ endpoint }); ${problem}.`,
  );
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
    page: 'is an option of the upstream; set `upstream: openaiLive({ page })`',
    ttlSeconds: ofTokens,
    responseFormat: ofTokens,
    expose: ofTokens,
    nowMs: 'is an option of createSessionHandler(); set the option `clock`',
  },
};
