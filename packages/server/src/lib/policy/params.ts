import {
  clientSecretCreateRequestSchema,
  issuePaths,
  realtimeSessionSchema,
  sessionCreateRequestSchema,
} from '@realtime-session/protocol';
import type {
  LiveSession,
  RealtimeSession,
  RealtimeTranslationSession,
  SessionCreateRequest,
  TranscriptionSession,
  WireIssue,
} from '@realtime-session/protocol';
import type { UnknownFields } from '../options.ts';
import { ProblemError } from '../problem.ts';
import { isRecord } from '../validate.ts';
import type { UnknownRecord } from '../validate.ts';
import { parseWithUnknown } from './unknown-fields.ts';
import type { IsPassed, UnknownField } from './unknown-fields.ts';

/** Parameters of the documented `sessions` call, flat: `{ model, voice, turn_detection, … }`. Does not include the token's lifetime. */
export type FlatSessionParams = Omit<SessionCreateRequest, 'client_secret'>;

/**
 * Configuration of a session, in either generation of parameters: flat (`{ model, instructions, voice }`), or nested with a
 * `type` (`{ type: 'realtime', model, audio: { output: { voice } } }`). The two cannot be mixed. The token's lifetime is the
 * handler option `ttlSeconds`, never a parameter.
 */
export type SessionParams = FlatSessionParams | RealtimeSession | TranscriptionSession;

/** Configuration of a session of the Live API. A client may set a part of it. */
type LiveSessionParams = { readonly [Name in keyof LiveSession]?: LiveSession[Name] | undefined };

/** What a client may set of a translation session. */
export type TranslationSessionParams = {
  readonly [Name in keyof RealtimeTranslationSession]?: RealtimeTranslationSession[Name] | undefined;
};

interface Parsed {
  /** What the schema does not know, if `unknownFields` is `pass`. */
  readonly unknown: readonly UnknownField[];
}

/** Session parameters that passed the schema of their generation. */
export type ParsedParams =
  | (Parsed & {
      /** The parameters of the documented `sessions` call. */
      readonly kind: 'flat';
      readonly params: SessionCreateRequest;
    })
  | (Parsed & {
      /** The parameters that the live `client_secrets` call takes under `session`. */
      readonly kind: 'nested';
      /** `assumed` if `type` was missing and `realtime` was filled in. */
      readonly type: 'given' | 'assumed';
      readonly params: RealtimeSession;
    })
  | (Parsed & {
      /** A session that only transcribes, in the parameters of the live call. */
      readonly kind: 'transcription';
      readonly params: TranscriptionSession;
    })
  | (Parsed & {
      /** A session of the Live API. */
      readonly kind: 'live';
      readonly params: LiveSessionParams;
    })
  | (Parsed & {
      /** A session that only translates. */
      readonly kind: 'translation';
      readonly params: TranslationSessionParams;
    });

export type ParseResult =
  | { readonly kind: 'parsed'; readonly parsed: ParsedParams }
  | {
      readonly kind: 'invalid';
      readonly issue: WireIssue;
      /** `rule` if no value of `unknownFields` would change the result. */
      readonly from: 'schema' | 'rule';
    };

/** Created once: a schema is compiled on first use, which takes longer than the rest of a request. */
const nestedSchema = clientSecretCreateRequestSchema.required({ session: true });

const nestedKeys = new Set<string>(Object.keys(realtimeSessionSchema.shape));
const flatKeys = new Set<string>(Object.keys(sessionCreateRequestSchema.shape));

/** Names of all session parameters of either generation. */
export const sessionKeys: ReadonlySet<string> = new Set(
  [...nestedKeys, ...flatKeys].filter((key) => key !== 'client_secret' && key !== 'type'),
);

export function invalid(issue: WireIssue | undefined): ParseResult {
  const unnamed: WireIssue = { path: '', message: 'is not valid', kind: 'invalid' };
  return { kind: 'invalid', issue: issue ?? unnamed, from: 'schema' };
}

export function forbidden(path: string, message: string, kind: WireIssue['kind']): ParseResult {
  return { kind: 'invalid', issue: { path, message, kind }, from: 'rule' };
}

function parseFlat(value: UnknownRecord): ParseResult {
  const result = sessionCreateRequestSchema.safeParse(value);
  if (result.success) return { kind: 'parsed', parsed: { kind: 'flat', params: result.data, unknown: [] } };
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
        ? { kind: 'transcription', params: session, unknown: [] }
        : { kind: 'nested', type, params: session, unknown: [] };
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

/** Names that look like session parameters and are options of the handler. */
const handlerOptions: Readonly<Record<string, string>> = {
  client_secret: 'ttlSeconds',
  expires_after: 'ttlSeconds',
  safety_identifier: 'safetyIdentifierKey',
};

type Parser = (value: UnknownRecord) => ParseResult;

/** The result if a parameter is an option of the handler. */
export function findMisplaced(value: UnknownRecord): ParseResult | undefined {
  const misplaced = Object.keys(value).find((key) => Object.hasOwn(handlerOptions, key));
  if (misplaced === undefined) return undefined;
  return forbidden(misplaced, `is set by the server option ${handlerOptions[misplaced]}`, 'unknown');
}

/** Chooses the schema by the names that exist in one generation only. */
function selectParser(value: UnknownRecord): Parser | ParseResult {
  const keys = Object.keys(value);
  const misplaced = findMisplaced(value);
  if (misplaced !== undefined) return misplaced;
  const flatOnly = keys.find((key) => flatKeys.has(key) && !nestedKeys.has(key));
  const nestedOnly = keys.find((key) => nestedKeys.has(key) && !flatKeys.has(key));
  if (flatOnly !== undefined && nestedOnly !== undefined) {
    const message = `cannot be combined with ${nestedOnly}: use the parameters of one generation only`;
    return forbidden(flatOnly, message, 'invalid');
  }
  if (nestedOnly !== undefined) return parseNested;
  return flatOnly === undefined ? parseNeutral : parseFlat;
}

/**
 * Parses session parameters of either generation by their schema, with every documented range.
 *
 * @param isPassed - Which fields may be sent although the schema does not know them. Default: none.
 */
export function parseParams(value: UnknownRecord, isPassed?: IsPassed): ParseResult {
  const parser = selectParser(value);
  if (typeof parser !== 'function') return parser;
  const result = parser(value);
  if (result.kind === 'parsed' || isPassed === undefined) return result;
  return parseWithUnknown(value, parser === parseNeutral ? parseNested : parser, isPassed);
}

/** For whom the parameters of the owner are passed on. */
const passEverything: IsPassed = () => true;

/** Parses parameters by the schemas of one API. */
export type ParseParams = (value: UnknownRecord, isPassed?: IsPassed) => ParseResult;

/**
 * Parses the owner's session parameters: the option `session`, or what it returned.
 *
 * @param parse - Default: parses parameters of the Realtime API.
 * @throws TypeError Names the path and the valid range, never the value.
 */
export function parsePinned(
  session: unknown,
  unknownFields: UnknownFields,
  parse: ParseParams = parseParams,
): ParsedParams {
  if (!isRecord(session)) {
    throw new TypeError(
      'session must be an object of session parameters, such as { model: "gpt-realtime-2.1" }.',
    );
  }
  const result = parse(session, unknownFields === 'pass' ? passEverything : undefined);
  if (result.kind === 'parsed') return result.parsed;
  const { path, message } = result.issue;
  const isUnknown = result.from === 'schema' && unknownFields === 'reject';
  const advice = isUnknown ? ", or set `unknownFields: 'pass'` if the API accepts it" : '';
  throw new TypeError(
    `session${path === '' ? '' : `.${path}`} ${message}; correct the option \`session\`${advice}.`,
  );
}

type ZodError = Parameters<typeof issuePaths>[0];

function clientPath(issue: WireIssue | undefined): string {
  return issue?.path.replace(/^session\./, '') ?? '';
}

/**
 * The error for an issue with a client's parameters, which `allow` lists. Contains the path, never the value.
 */
export function issueError(issue: WireIssue | undefined): ProblemError {
  const path = clientPath(issue);
  if (issue?.kind !== 'unknown') {
    const remedy =
      "The client sent a value outside its documented range; let the page correct it, or set `unknownFields: 'pass'` if the API accepts it.";
    return new ProblemError('invalid_field', { path, remedy });
  }
  const title =
    "This server does not know this session parameter; leave it out, or set the server option `unknownFields: 'pass'` if the API accepts it.";
  const remedy =
    "The client sent a session parameter that this version does not know; let the page leave it out, or set `unknownFields: 'pass'` if the API accepts it.";
  return new ProblemError('unknown_field', { path, title, remedy });
}

/** The error for the first issue that a schema reports about a client's parameters. */
export function schemaError(error: ZodError, value: unknown): ProblemError {
  return issueError(issuePaths(error, value)[0]);
}

/** The error for a client's parameters that are valid alone but conflict with the owner's. */
export function conflictError(error: ZodError, merged: unknown): ProblemError {
  return new ProblemError('invalid_field', { path: clientPath(issuePaths(error, merged)[0]) });
}
