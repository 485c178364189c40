import type { SessionHandlerOptions } from './options.ts';
import { sessionKeys } from './policy/params.ts';
import type { Principal } from './request-context.ts';
import type { RouteOptions } from './resolve-route.ts';
import { checkFunction, checkNames, checkTexts, describeType, isRecord } from './validate.ts';
import type { UnknownRecord } from './validate.ts';

/** Checks the type of an option. Throws a `TypeError` that names the right form. */
export type Check = (value: unknown) => void;

/** Ranges, words and formats are checked where the option is resolved. */
export const checkedLater: Check = () => undefined;

function checkAuthorize(value: unknown): void {
  if (value === undefined) {
    throw new TypeError(
      'authorize is required: pass a function that identifies the user. Anyone who can reach an unauthenticated route can spend your money.',
    );
  }
  checkFunction('authorize', value);
}

function checkAllow(value: unknown): void {
  const hasStandard =
    (typeof value === 'object' || typeof value === 'function') && value !== null && '~standard' in value;
  if (hasStandard) return;
  checkTexts('allow', value, "['audio.output.voice'], or a Standard Schema");
}

function checkLimits(value: unknown): void {
  if (value === undefined) return;
  if (!isRecord(value))
    throw new TypeError('limits must be an object such as { perPrincipal: { max: 30, windowMs: 60_000 } }.');
  checkNames('limits', value, ['perPrincipal', 'perAddress']);
  for (const [name, rate] of Object.entries(value)) {
    if (rate === undefined) continue;
    if (!isRecord(rate))
      throw new TypeError(`limits.${name} must be an object such as { max: 30, windowMs: 60_000 }.`);
    checkNames(`limits.${name}`, rate, ['max', 'windowMs']);
  }
}

function checkLimiter(value: unknown): void {
  if (value === undefined || (isRecord(value) && typeof value['consume'] === 'function')) return;
  throw new TypeError(
    'limiter must have a function `consume`; create it with fromRateLimiterFlexible(), fromUpstash() or memoryLimiter().',
  );
}

function checkUpstreamType(value: unknown): void {
  if (value === undefined || (isRecord(value) && typeof value['url'] === 'string')) return;
  throw new TypeError(
    `upstream must be created by openai(), openaiTranslations(), azure({ endpoint }) or compatible({ baseUrl }); it is ${describeType(value)}.`,
  );
}

function checkHmacKey(value: unknown): void {
  if (value !== undefined && typeof value !== 'string')
    throw new TypeError(`safetyIdentifierKey must be a text, not ${describeType(value)}.`);
}

function checkHeaderName(value: unknown): void {
  if (value !== undefined && typeof value !== 'string')
    throw new TypeError(`requestIdHeader must be the name of a header, not ${describeType(value)}.`);
}

/** What each option that both handlers have must be, for plain JavaScript. */
export const routeChecks: Readonly<Record<keyof RouteOptions<Principal, 'reject'>, Check>> = {
  apiKey: checkedLater,
  authorize: checkAuthorize,
  session: checkedLater,
  allow: checkAllow,
  maxOutputTokens: checkedLater,
  allowedOrigins: (value) => checkTexts('allowedOrigins', value, "['https://app.example.com']"),
  allowedHosts: (value) => checkTexts('allowedHosts', value, "['app.example.com']"),
  limits: checkLimits,
  limiter: checkLimiter,
  limiterFailure: checkedLater,
  unknownFields: checkedLater,
  timeoutMs: checkedLater,
  maxBodyBytes: checkedLater,
  safetyIdentifierKey: checkHmacKey,
  requestIdHeader: checkHeaderName,
  eventAddress: checkedLater,
  fetch: (value) => checkFunction('fetch', value),
};

const sessionChecks: Readonly<Record<keyof SessionHandlerOptions, Check>> = {
  ...routeChecks,
  ttlSeconds: checkedLater,
  upstream: checkUpstreamType,
  responseFormat: checkedLater,
  expose: (value) => checkTexts('expose', value, "['audio.output.voice']"),
  onEvent: (value) => checkFunction('onEvent', value),
  nowMs: (value) => checkFunction('nowMs', value),
};

/** The options of a function. */
export interface OptionsDescription {
  /** Name of the function. */
  readonly name: 'createSessionHandler()' | 'createCallHandler()';
  readonly checks: Readonly<Record<string, Check>>;
  /** Where to put options of other places, by name: the end of a sentence. */
  readonly misplaced?: Readonly<Record<string, string>>;
}

const sessionOptions: OptionsDescription = { name: 'createSessionHandler()', checks: sessionChecks };

/** Explains where a name belongs that is no option. Session parameters are often put next to the option `session`. */
function explainMisplaced(name: string, { misplaced = {} }: OptionsDescription): string | undefined {
  if (Object.hasOwn(misplaced, name)) return misplaced[name];
  return sessionKeys.has(name) ? 'is a session parameter; set it in the option `session`' : undefined;
}

function checkForMisplaced(options: UnknownRecord, description: OptionsDescription): void {
  for (const key of Object.keys(options)) {
    if (Object.hasOwn(description.checks, key)) continue;
    const explanation = explainMisplaced(key, description);
    if (explanation !== undefined) throw new TypeError(`${description.name}: "${key}" ${explanation}.`);
  }
}

/**
 * Checks the names and types of all options, which TypeScript reports and plain JavaScript does not.
 *
 * @throws TypeError Names the option and its right form.
 */
export function checkOptions(options: unknown, description: OptionsDescription = sessionOptions): void {
  const { name, checks } = description;
  if (!isRecord(options)) {
    throw new TypeError(
      `${name} needs an object with apiKey, authorize and session, not ${describeType(options)}.`,
    );
  }
  checkForMisplaced(options, description);
  checkNames(name, options, Object.keys(checks));
  for (const [option, check] of Object.entries(checks)) check(options[option]);
}
