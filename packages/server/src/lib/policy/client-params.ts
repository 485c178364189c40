import { Refusal } from '../errors/refusal.ts';
import { isJsonObject } from '../gate/parse-json-object.ts';
import type { JsonObject } from '../gate/parse-json-object.ts';
import { checkAllowed, shownKey } from './allow-list.ts';
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

/** The session parameters of a body: the body itself, or, as the live call nests them, its `session`. */
function unwrap(body: JsonObject): JsonObject {
  if (!Object.hasOwn(body, 'session')) return body;
  const { session, ...rest } = body;
  const [stranger] = Object.keys(rest);
  if (stranger !== undefined) throw new Refusal('unknown_field', { path: shownKey(stranger) });
  if (!isJsonObject(session)) throw new Refusal('invalid_field', { path: 'session' });
  return session;
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

/**
 * Reads what a client asks for: only what it may set, only values within their documented ranges.
 *
 * @param body - Its parsed body.
 * @param rules - What it may set.
 * @throws Refusal `unknown_field` or `invalid_field` with the path, never the value.
 */
export async function readClientParams(body: JsonObject, rules: ClientRules): Promise<ParsedParams> {
  const params = unwrap(rules.kind === 'schema' ? await parseBySchema(body, rules.schema) : body);
  if (rules.kind === 'paths') checkAllowed(params, rules.paths);
  const result = parseParams(params);
  if (result.kind === 'parsed') return result.parsed;
  const { path, kind } = result.issue;
  throw new Refusal(kind === 'unknown' ? 'unknown_field' : 'invalid_field', { path });
}
