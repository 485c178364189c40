import {
  clientSecretCreateRequestSchema,
  issuePaths,
  realtimeSessionSchema,
  sessionCreateRequestSchema,
} from '@realtime-session/protocol';
import type { ClientSecretCreateRequest, SessionCreateRequest, WireIssue } from '@realtime-session/protocol';
import type { JsonObject } from '../gate/parse-json-object.ts';

/** Session parameters that passed their schema, by generation. */
export type ParsedParams =
  | {
      /** As the documented `sessions` call takes them. */
      readonly generation: 'flat';
      /** The parameters. */
      readonly params: SessionCreateRequest;
    }
  | {
      /** As the live `client_secrets` call takes them under `session`. */
      readonly generation: 'nested';
      /** Whether `type` was there, or `realtime` was assumed because nothing said otherwise. */
      readonly type: 'given' | 'assumed';
      /** The parameters. */
      readonly params: NonNullable<ClientSecretCreateRequest['session']>;
    };

/** Parameters, or the first thing wrong with them. */
export type ParseResult =
  | {
      /** They are good. */
      readonly kind: 'parsed';
      /** The parameters. */
      readonly parsed: ParsedParams;
    }
  | {
      /** They are not. */
      readonly kind: 'refused';
      /** Where and why; never a value. */
      readonly issue: WireIssue;
    };

const nestedKeys = new Set<string>(Object.keys(realtimeSessionSchema.shape));
const flatKeys = new Set<string>(Object.keys(sessionCreateRequestSchema.shape));

/** Names of all session parameters of either generation. */
export const sessionKeys: ReadonlySet<string> = new Set(
  [...nestedKeys, ...flatKeys].filter((key) => key !== 'client_secret' && key !== 'type'),
);

function refused(issue: WireIssue | undefined): ParseResult {
  return { kind: 'refused', issue: issue ?? { path: '', message: 'is not valid', kind: 'invalid' } };
}

function parseFlat(value: JsonObject): ParseResult {
  const result = sessionCreateRequestSchema.safeParse(value);
  if (result.success) return { kind: 'parsed', parsed: { generation: 'flat', params: result.data } };
  return refused(issuePaths(result.error, value)[0]);
}

function parseNested(value: JsonObject): ParseResult {
  const body = { session: { type: 'realtime', ...value } };
  const result = clientSecretCreateRequestSchema.required({ session: true }).safeParse(body);
  if (result.success) {
    const type = Object.hasOwn(value, 'type') ? 'given' : 'assumed';
    return { kind: 'parsed', parsed: { generation: 'nested', type, params: result.data.session } };
  }
  const [issue] = issuePaths(result.error, body);
  return refused(issue && { ...issue, path: issue.path.replace(/^session\.?/, '') });
}

/** Parameters both generations know are read as nested ones, and as flat ones when that fails (a named `tool_choice`). */
function parseNeutral(value: JsonObject): ParseResult {
  const nested = parseNested(value);
  if (nested.kind === 'parsed') return nested;
  const flat = parseFlat(value);
  return flat.kind === 'parsed' ? flat : nested;
}

/**
 * Reads session parameters of either generation by their schema, with every documented range.
 *
 * @param value - What a client or the owner gave.
 */
export function parseParams(value: JsonObject): ParseResult {
  const keys = Object.keys(value);
  const flatOnly = keys.find((key) => flatKeys.has(key) && !nestedKeys.has(key));
  const nestedOnly = keys.find((key) => nestedKeys.has(key) && !flatKeys.has(key));
  if (flatOnly === 'client_secret' || keys.includes('expires_after')) {
    const path = flatOnly === 'client_secret' ? flatOnly : 'expires_after';
    return refused({ path, message: 'is set by the server option ttlSeconds', kind: 'unknown' });
  }
  if (flatOnly !== undefined && nestedOnly !== undefined) {
    const message = `cannot stand beside ${nestedOnly}: use the names of one generation only`;
    return refused({ path: flatOnly, message, kind: 'invalid' });
  }
  if (nestedOnly !== undefined) return parseNested(value);
  return flatOnly === undefined ? parseNeutral(value) : parseFlat(value);
}
