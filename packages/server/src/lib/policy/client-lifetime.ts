import {
  clientSecretCreateRequestSchema,
  sessionCreateRequestSchema,
  toClientSecretRequest,
} from '@realtime-session/protocol';
import { Refusal } from '../errors/refusal.ts';
import { isJsonObject } from '../gate/parse-json-object.ts';
import type { JsonObject } from '../gate/parse-json-object.ts';
import { shownKey } from './allow-list.ts';
import { schemaRefusal } from './issue-refusal.ts';

/** The lifetime a client names, as it came. */
export interface NamedLifetime {
  /** Its path: `expires_after` in the live call, `client_secret` in the documented one. */
  readonly path: 'expires_after' | 'client_secret';
  /** Not validated yet. */
  readonly value: unknown;
}

/** A body, taken apart. */
export interface SplitBody {
  /** Session parameters, as they came. */
  readonly params: JsonObject;
  /** Lifetime, when one is named. */
  readonly lifetime: NamedLifetime | undefined;
}

/** The body of the live call: `{ expires_after?, session? }` and nothing else. */
function splitLive({ session, expires_after, ...rest }: JsonObject): SplitBody {
  const [stranger] = Object.keys(rest);
  if (stranger !== undefined) throw new Refusal('unknown_field', { path: shownKey(stranger) });
  if (session !== undefined && !isJsonObject(session))
    throw new Refusal('invalid_field', { path: 'session' });
  const lifetime: NamedLifetime = { path: 'expires_after', value: expires_after };
  return { params: session ?? {}, lifetime: expires_after === undefined ? undefined : lifetime };
}

/**
 * Takes the lifetime out of a body. The session parameters are the body itself, or, as the live call nests them, its
 * `session`.
 *
 * @param body - Parsed JSON.
 * @throws Refusal `unknown_field` for anything beside `session` and `expires_after`.
 */
export function splitLifetime(body: JsonObject): SplitBody {
  if (Object.hasOwn(body, 'session') || Object.hasOwn(body, 'expires_after')) return splitLive(body);
  const { client_secret, ...params } = body;
  if (client_secret === undefined) return { params, lifetime: undefined };
  return { params, lifetime: { path: 'client_secret', value: client_secret } };
}

/**
 * Reads a lifetime in seconds, with its documented range.
 *
 * @param lifetime - As the client named it.
 * @throws Refusal `invalid_field` with the path, never the value.
 */
export function lifetimeSeconds({ path, value }: NamedLifetime): number | undefined {
  const body = { [path]: value };
  const schema = path === 'client_secret' ? sessionCreateRequestSchema : clientSecretCreateRequestSchema;
  const result = schema.safeParse(body);
  if (!result.success) throw schemaRefusal(result.error, body);
  const request = 'client_secret' in result.data ? toClientSecretRequest(result.data).request : result.data;
  return 'expires_after' in request ? request.expires_after?.seconds : undefined;
}
