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
import { ProblemError } from '../problem.ts';
import { isRecord } from '../validate.ts';
import type { UnknownRecord } from '../validate.ts';

/** Parameters of the documented `sessions` call, flat: `{ model, voice, turn_detection, … }`. Does not include the token's lifetime. */
export type FlatSessionParams = Omit<SessionCreateRequest, 'client_secret'>;

/**
 * Configuration of a session, in either generation of parameters: flat (`{ model, instructions, voice }`), or nested with a
 * `type` (`{ type: 'realtime', model, audio: { output: { voice } } }`). The two cannot be mixed. The token's lifetime is the
 * handler option `ttlSeconds`, never a parameter.
 */
export type SessionParams = FlatSessionParams | RealtimeSession | TranscriptionSession;

/** Session parameters that passed the schema of their generation. */
export type ParsedParams =
  | {
      /** The parameters of the documented `sessions` call. */
      readonly kind: 'flat';
      readonly params: SessionCreateRequest;
    }
  | {
      /** The parameters that the live `client_secrets` call takes under `session`. */
      readonly kind: 'nested';
      /** `assumed` if `type` was missing and `realtime` was filled in. */
      readonly type: 'given' | 'assumed';
      readonly params: RealtimeSession;
    }
  | {
      /** A session that only transcribes, in the parameters of the live call. */
      readonly kind: 'transcription';
      readonly params: TranscriptionSession;
    };

export type ParseResult =
  | { readonly kind: 'parsed'; readonly parsed: ParsedParams }
  | { readonly kind: 'invalid'; readonly issue: WireIssue };

/** Created once: a schema is compiled on first use, which takes longer than the rest of a request. */
const nestedSchema = clientSecretCreateRequestSchema.required({ session: true });

const nestedKeys = new Set<string>(Object.keys(realtimeSessionSchema.shape));
const flatKeys = new Set<string>(Object.keys(sessionCreateRequestSchema.shape));

/** Names of all session parameters of either generation. */
export const sessionKeys: ReadonlySet<string> = new Set(
  [...nestedKeys, ...flatKeys].filter((key) => key !== 'client_secret' && key !== 'type'),
);

function invalid(issue: WireIssue | undefined): ParseResult {
  return { kind: 'invalid', issue: issue ?? { path: '', message: 'is not valid', kind: 'invalid' } };
}

function parseFlat(value: UnknownRecord): ParseResult {
  const result = sessionCreateRequestSchema.safeParse(value);
  if (result.success) return { kind: 'parsed', parsed: { kind: 'flat', params: result.data } };
  return invalid(issuePaths(result.error, value)[0]);
}

function parseNested(value: UnknownRecord): ParseResult {
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
  return invalid(issue && { ...issue, path: issue.path.replace(/^session\.?/, '') });
}

/** Parameters that exist in both generations are parsed as nested ones, then as flat ones (a `tool_choice` that is a name). */
function parseNeutral(value: UnknownRecord): ParseResult {
  const nested = parseNested(value);
  if (nested.kind === 'parsed') return nested;
  const flat = parseFlat(value);
  return flat.kind === 'parsed' ? flat : nested;
}

/** Parses session parameters of either generation by their schema, with every documented range. */
export function parseParams(value: UnknownRecord): ParseResult {
  const keys = Object.keys(value);
  const lifetime = keys.find((key) => key === 'client_secret' || key === 'expires_after');
  if (lifetime !== undefined) {
    return invalid({ path: lifetime, message: 'is set by the server option ttlSeconds', kind: 'unknown' });
  }
  const flatOnly = keys.find((key) => flatKeys.has(key) && !nestedKeys.has(key));
  const nestedOnly = keys.find((key) => nestedKeys.has(key) && !flatKeys.has(key));
  if (flatOnly !== undefined && nestedOnly !== undefined) {
    const message = `cannot be combined with ${nestedOnly}: use the parameters of one generation only`;
    return invalid({ path: flatOnly, message, kind: 'invalid' });
  }
  if (nestedOnly !== undefined) return parseNested(value);
  return flatOnly === undefined ? parseNeutral(value) : parseFlat(value);
}

/**
 * Parses the owner's session parameters: the option `session`, or what it returned.
 *
 * @throws TypeError Names the path and the valid range, never the value.
 */
export function parsePinned(session: unknown): ParsedParams {
  if (!isRecord(session)) {
    throw new TypeError(
      'session must be an object of session parameters, such as { model: "gpt-realtime-2.1" }.',
    );
  }
  // Owners build these objects with optional parts, so undefined members count as absent.
  const result = parseParams(
    Object.fromEntries(Object.entries(session).filter(([, value]) => value !== undefined)),
  );
  if (result.kind === 'parsed') return result.parsed;
  const { path, message } = result.issue;
  throw new TypeError(`session${path === '' ? '' : `.${path}`} ${message}; correct the option \`session\`.`);
}

type ZodError = Parameters<typeof issuePaths>[0];

function clientPath(issue: WireIssue | undefined): string {
  return issue?.path.replace(/^session\./, '') ?? '';
}

/** The error for an issue with a client's parameters. Contains the path, never the value. */
export function issueError(issue: WireIssue | undefined): ProblemError {
  const code = issue?.kind === 'unknown' ? 'unknown_field' : 'invalid_field';
  return new ProblemError(code, { path: clientPath(issue) });
}

/** The error for the first issue that a schema reports about a client's parameters. */
export function schemaError(error: ZodError, value: unknown): ProblemError {
  return issueError(issuePaths(error, value)[0]);
}

/** The error for a client's parameters that are valid alone but conflict with the owner's. */
export function conflictError(error: ZodError, merged: unknown): ProblemError {
  return new ProblemError('invalid_field', { path: clientPath(issuePaths(error, merged)[0]) });
}
