import { Refusal } from '../errors/refusal.ts';
import { isJsonObject } from '../gate/parse-json-object.ts';
import type { JsonObject } from '../gate/parse-json-object.ts';
import { checkAllowed, LIFETIME_PATH, shownKey } from './allow-list.ts';
import { lifetimeSeconds, splitLifetime } from './client-lifetime.ts';
import type { NamedLifetime } from './client-lifetime.ts';
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

/**
 * Reads what a client asks for: only what it may set, only values within their documented ranges.
 *
 * @param body - Its parsed body.
 * @param rules - What it may set.
 * @throws Refusal `unknown_field` or `invalid_field` with the path, never the value.
 */
export async function readClientParams(body: JsonObject, rules: ClientRules): Promise<ClientAsk> {
  const read = rules.kind === 'schema' ? await parseBySchema(body, rules.schema) : body;
  const { params, lifetime } = splitLifetime(read);
  if (rules.kind === 'paths') {
    if (lifetime !== undefined) checkLifetimeAllowed(lifetime, rules.paths);
    checkAllowed(params, rules.paths);
  } else checkNoTools(params);
  const ttlSeconds = lifetime && lifetimeSeconds(lifetime);
  return { parsed: parsedOrRefused(params), ttlSeconds };
}
