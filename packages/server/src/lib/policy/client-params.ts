import { Refusal } from '../errors/refusal.ts';
import { isJsonObject } from '../gate/parse-json-object.ts';
import type { JsonObject } from '../gate/parse-json-object.ts';
import { checkAllowed, LIFETIME_PATH, shownKey } from './allow-list.ts';
import { lifetimeSeconds, splitLifetime } from './client-lifetime.ts';
import type { NamedLifetime, SplitBody } from './client-lifetime.ts';
import { issueRefusal } from './issue-refusal.ts';
import { parseParams } from './parse-params.ts';
import type { ParsedParams } from './parse-params.ts';
import type { StandardIssue, StandardSchema } from './standard-schema.ts';

/** What a client may set. */
export type ClientRules =
  | {
      /** A list of dotted paths. */
      readonly kind: 'paths';
      /** The paths. */
      readonly paths: readonly string[];
    }
  | {
      /** The owner's schema of the whole body. */
      readonly kind: 'schema';
      /** The schema. */
      readonly schema: StandardSchema;
    };

/** What a client asks for. */
export interface ClientAsk {
  /** Session parameters. */
  readonly parsed: ParsedParams;
  /** Lifetime of the token in seconds, when it named one. */
  readonly ttlSeconds: number | undefined;
}

function issuePath(issue: StandardIssue | undefined): string {
  const segments = issue?.path ?? [];
  return segments.map((part) => shownKey(String(typeof part === 'object' ? part.key : part))).join('.');
}

async function parseBySchema(body: JsonObject, schema: StandardSchema): Promise<JsonObject> {
  const result = await schema['~standard'].validate(body);
  if (result.issues !== undefined) throw new Refusal('invalid_field', { path: issuePath(result.issues[0]) });
  if (isJsonObject(result.value)) return result.value;
  const remedy = 'The schema in `allow` did not return an object; let it return session parameters.';
  throw new Refusal('internal_error', { remedy });
}

function checkLifetimeAllowed({ path }: NamedLifetime, paths: readonly string[]): void {
  if (!paths.includes(LIFETIME_PATH)) throw new Refusal('unknown_field', { path });
}

/** Tools act in the owner's name, so no client brings its own, whatever a schema lets pass. */
function checkNoTools(params: JsonObject): void {
  if (!Object.hasOwn(params, 'tools')) return;
  const remedy = 'The schema in `allow` let `tools` through; return them from the option `session` instead.';
  throw new Refusal('unknown_field', { path: 'tools', remedy });
}

function parsedOrRefused(params: JsonObject): ParsedParams {
  const result = parseParams(params);
  if (result.kind === 'parsed') return result.parsed;
  throw issueRefusal(result.issue);
}

function toAsk({ params, lifetime }: SplitBody): ClientAsk {
  return { ttlSeconds: lifetime && lifetimeSeconds(lifetime), parsed: parsedOrRefused(params) };
}

/**
 * Reads what a client asks for by a list of what it may set. Waits for nothing.
 *
 * @param body - Its parsed body.
 * @param paths - What it may set.
 * @throws Refusal `unknown_field` or `invalid_field` with the path, never the value.
 */
export function readListedParams(body: JsonObject, paths: readonly string[]): ClientAsk {
  const split = splitLifetime(body);
  if (split.lifetime !== undefined) checkLifetimeAllowed(split.lifetime, paths);
  checkAllowed(split.params, paths);
  return toAsk(split);
}

/**
 * Reads what a client asks for: only what it may set, only values within their documented ranges.
 *
 * @param body - Its parsed body.
 * @param rules - What it may set.
 * @throws Refusal `unknown_field` or `invalid_field` with the path, never the value.
 */
export async function readClientParams(body: JsonObject, rules: ClientRules): Promise<ClientAsk> {
  if (rules.kind === 'paths') return readListedParams(body, rules.paths);
  const split = splitLifetime(await parseBySchema(body, rules.schema));
  checkNoTools(split.params);
  return toAsk(split);
}
