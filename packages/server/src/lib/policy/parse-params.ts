import {
  clientSecretCreateRequestSchema,
  issuePaths,
  realtimeSessionSchema,
  sessionCreateRequestSchema,
} from '@realtime-session/protocol';
import type {
  RealtimeSession,
  SessionCreateRequest,
  TranscriptionSession,
  WireIssue,
} from '@realtime-session/protocol';
import type { JsonObject } from '../gate/parse-json-object.ts';

/** Session parameters that passed their schema, by the words they use. */
export type ParsedParams =
  | {
      /** As the documented `sessions` call takes them. */
      readonly kind: 'flat';
      /** The parameters. */
      readonly params: SessionCreateRequest;
    }
  | {
      /** As the live `client_secrets` call takes them under `session`. */
      readonly kind: 'nested';
      /** Whether `type` was there, or `realtime` was assumed because nothing said otherwise. */
      readonly type: 'given' | 'assumed';
      /** The parameters. */
      readonly params: RealtimeSession;
    }
  | {
      /** A session that only transcribes, in the words of the live call. */
      readonly kind: 'transcription';
      /** The parameters. */
      readonly params: TranscriptionSession;
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

/** Made once: a schema is compiled when it is first used, which takes longer than the rest of a request. */
const nestedSchema = clientSecretCreateRequestSchema.required({ session: true });

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
  if (result.success) return { kind: 'parsed', parsed: { kind: 'flat', params: result.data } };
  return refused(issuePaths(result.error, value)[0]);
}

function parseNested(value: JsonObject): ParseResult {
  const body = { session: { type: 'realtime', ...value } };
  const result = nestedSchema.safeParse(body);
  if (result.success) {
    const { session } = result.data;
    const type = Object.hasOwn(value, 'type') ? 'given' : 'assumed';
    const parsed: ParsedParams =
      session.type === 'transcription'
        ? { kind: 'transcription', params: session }
        : { kind: 'nested', type, params: session };
    return { kind: 'parsed', parsed };
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
  const lifetime = keys.find((key) => key === 'client_secret' || key === 'expires_after');
  if (lifetime !== undefined) {
    return refused({ path: lifetime, message: 'is set by the server option ttlSeconds', kind: 'unknown' });
  }
  const flatOnly = keys.find((key) => flatKeys.has(key) && !nestedKeys.has(key));
  const nestedOnly = keys.find((key) => nestedKeys.has(key) && !flatKeys.has(key));
  if (flatOnly !== undefined && nestedOnly !== undefined) {
    const message = `cannot stand beside ${nestedOnly}: use the names of one generation only`;
    return refused({ path: flatOnly, message, kind: 'invalid' });
  }
  if (nestedOnly !== undefined) return parseNested(value);
  return flatOnly === undefined ? parseNeutral(value) : parseFlat(value);
}
