import {
  clientSecretCreateRequestSchema,
  sessionCreateRequestSchema,
  toClientSecretRequest,
} from '@realtime-session/protocol';
import type { UnknownFields } from '../options.ts';
import { ProblemError } from '../problem.ts';
import { looksSecret } from '../report-text.ts';
import { isRecord } from '../validate.ts';
import type { UnknownRecord } from '../validate.ts';
import { issueError, parseParams, schemaError, sessionKeys } from './params.ts';
import type { ParsedParams } from './params.ts';
import { allParams } from './unknown-fields.ts';
import type { IsPassed } from './unknown-fields.ts';

/** Result of a Standard Schema. */
export type StandardResult =
  | {
      /** The parsed value. */
      readonly value: unknown;
      /** Absent on success. */
      readonly issues?: undefined;
    }
  | {
      /** The issues. Only their paths are sent to the client, because messages may quote the value. */
      readonly issues: readonly StandardIssue[];
    };

/** One issue reported by a Standard Schema. */
export interface StandardIssue {
  /** A sentence. Never sent to the client. */
  readonly message: string;
  /** Path of the invalid field. */
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
}

/** A schema of zod, valibot, arktype or another library that implements https://standardschema.dev, version 1. */
export interface StandardSchema {
  /** The interface that all these libraries share. */
  readonly '~standard': {
    /** Always 1. */
    readonly version: 1;
    /** The library that created the schema. */
    readonly vendor: string;
    /** Parses a value; may be asynchronous. */
    readonly validate: (value: unknown) => StandardResult | Promise<StandardResult>;
  };
}

/** What a client may set: a list of dotted paths, or the owner's schema for the whole body. */
export type ClientRules =
  | { readonly kind: 'paths'; readonly paths: readonly string[] }
  | { readonly kind: 'schema'; readonly schema: StandardSchema };

/** What a client requests, after all checks. */
export interface ClientRequest {
  readonly parsed: ParsedParams;
  /** The same parameters for the owner's `session` function. */
  readonly requested: UnknownRecord;
  /** Lifetime of the token, if the client asked for one. */
  readonly ttlSeconds: number | undefined;
}

const SEGMENT = /^[\w-]+$/;

/** Lets a client ask for a shorter lifetime, in the parameters of either generation. */
const LIFETIME_PATH = 'expires_after';

/** What a client can never list as a parameter: the lifetime has a path of its own, and `session` contains the parameters. */
const reservedHeads: ReadonlySet<string> = new Set(['client_secret', 'expires_after', 'session', 'type']);

/** The parameters of a kind of session. */
interface KnownParams {
  readonly keys: ReadonlySet<string>;
  /** Paths for messages. */
  readonly examples: string;
}

function isSessionPath(path: string, { keys }: KnownParams, unknownFields: UnknownFields): boolean {
  const segments = path.split('.');
  const [head = ''] = segments;
  if (!segments.every((segment) => SEGMENT.test(segment))) return false;
  return keys.has(head) || (unknownFields === 'pass' && !reservedHeads.has(head));
}

function checkAllowPath(path: string, known: KnownParams, unknownFields: UnknownFields): void {
  const [head = ''] = path.split('.');
  if (head === 'tools') {
    throw new TypeError(
      'allow: tools act with your permissions, so a client can never set them; return them from the option `session`.',
    );
  }
  if (path === LIFETIME_PATH || isSessionPath(path, known, unknownFields)) return;
  const isNew = unknownFields === 'reject' && isSessionPath(path, known, 'pass');
  const advice = isNew ? " Set `unknownFields: 'pass'` if the API has added it." : '';
  throw new TypeError(
    `allow: "${path}" is not a session parameter; list dotted paths such as ${known.examples}.${advice}`,
  );
}

type CheckPaths = (paths: readonly string[], unknownFields: UnknownFields) => readonly string[];

/** Creates the check of `allow` for a kind of session. */
export function createPathCheck(known: KnownParams): CheckPaths {
  return (paths, unknownFields) => {
    for (const path of paths) checkAllowPath(path, known, unknownFields);
    return paths;
  };
}

/**
 * Checks the dotted paths of `allow` when the handler is created.
 *
 * @throws TypeError If a path does not start with a session parameter, or starts with one that only the server may set.
 */
export const checkAllowPaths = createPathCheck({
  keys: sessionKeys,
  examples: '"voice" or "audio.output.voice"',
});

/** Makes a key safe to show. The client chose it, so it is truncated, and hidden if it contains a credential. */
export function redactKey(key: string): string {
  return looksSecret(key) ? '(redacted)' : key.slice(0, 64).replaceAll(/[^\w$-]/g, '?');
}

/** A field that the client may not set. Shows no credential that a client put into a name. */
export function unknownField(...path: readonly string[]): ProblemError {
  return new ProblemError('unknown_field', { path: path.map(redactKey).join('.') });
}

function checkMembers(value: UnknownRecord, parents: readonly string[], paths: readonly string[]): void {
  for (const [key, member] of Object.entries(value)) {
    const path = [...parents, key].join('.');
    if (paths.includes(path)) continue;
    const hasAllowedMembers = paths.some((allowed) => allowed.startsWith(`${path}.`));
    if (!hasAllowedMembers || !isRecord(member)) throw unknownField(...parents, key);
    checkMembers(member, [...parents, key], paths);
  }
}

/**
 * Refuses parameters that are not listed. `type` is always accepted, because it distinguishes the generations; its value is
 * checked later.
 *
 * @throws ProblemError `unknown_field` with the path, never the value.
 */
export function checkAllowed(params: UnknownRecord, paths: readonly string[]): void {
  const { type, ...rest } = params;
  if (type !== undefined && typeof type !== 'string') throw unknownField('type');
  checkMembers(rest, [], paths);
}

/** The request of a client that may set nothing and sets nothing. */
export const emptyRequest: ClientRequest = {
  parsed: { kind: 'nested', type: 'assumed', params: { type: 'realtime' }, unknown: [] },
  requested: {},
  ttlSeconds: undefined,
};

/** The lifetime that a client asked for, not validated yet. */
interface RequestedLifetime {
  /** `expires_after` in the live call, `client_secret` in the documented one. */
  readonly path: 'expires_after' | 'client_secret';
  readonly value: unknown;
}

interface SplitBody {
  readonly params: UnknownRecord;
  readonly lifetime: RequestedLifetime | undefined;
}

/** Splits a body of the live call, which is `{ expires_after?, session? }` and nothing else. */
function splitLiveBody({ session, expires_after, ...rest }: UnknownRecord): SplitBody {
  const [unknownKey] = Object.keys(rest);
  if (unknownKey !== undefined) throw unknownField(unknownKey);
  if (session !== undefined && !isRecord(session))
    throw new ProblemError('invalid_field', { path: 'session' });
  const lifetime: RequestedLifetime = { path: 'expires_after', value: expires_after };
  return { params: session ?? {}, lifetime: expires_after === undefined ? undefined : lifetime };
}

/** Separates the lifetime from the session parameters, which are the body itself or, as in the live call, its `session`. */
function splitBody(body: UnknownRecord): SplitBody {
  if (Object.hasOwn(body, 'session') || Object.hasOwn(body, 'expires_after')) return splitLiveBody(body);
  const { client_secret, ...params } = body;
  if (client_secret === undefined) return { params, lifetime: undefined };
  return { params, lifetime: { path: 'client_secret', value: client_secret } };
}

/** Reads a lifetime in seconds and checks its documented range. */
function parseLifetime({ path, value }: RequestedLifetime): number | undefined {
  const body = { [path]: value };
  const schema = path === 'client_secret' ? sessionCreateRequestSchema : clientSecretCreateRequestSchema;
  const result = schema.safeParse(body);
  if (!result.success) throw schemaError(result.error, body);
  const request = 'client_secret' in result.data ? toClientSecretRequest(result.data).request : result.data;
  return 'expires_after' in request ? request.expires_after?.seconds : undefined;
}

function issuePath(issue: StandardIssue | undefined): string {
  const segments = issue?.path ?? [];
  return segments.map((part) => redactKey(String(typeof part === 'object' ? part.key : part))).join('.');
}

export async function parseBySchema(body: UnknownRecord, schema: StandardSchema): Promise<UnknownRecord> {
  const result = await schema['~standard'].validate(body);
  if (result.issues !== undefined)
    throw new ProblemError('invalid_field', { path: issuePath(result.issues[0]) });
  if (isRecord(result.value)) return result.value;
  const remedy = 'The schema in `allow` did not return an object; let it return session parameters.';
  throw new ProblemError('internal_error', { remedy });
}

/** Separates and checks what the rules let the client set. Values are not validated yet. */
async function applyRules(body: UnknownRecord, rules: ClientRules): Promise<SplitBody> {
  switch (rules.kind) {
    case 'paths': {
      const split = splitBody(body);
      const { params, lifetime } = split;
      if (lifetime !== undefined && !rules.paths.includes(LIFETIME_PATH)) throw unknownField(lifetime.path);
      checkAllowed(params, rules.paths);
      return split;
    }
    case 'schema': {
      const split = splitBody(await parseBySchema(body, rules.schema));
      // Tools act with the owner's permissions, so a client can never set them, even if the schema accepts them.
      if (!Object.hasOwn(split.params, 'tools')) return split;
      const remedy = 'The schema in `allow` accepted `tools`; return them from the option `session` instead.';
      throw new ProblemError('unknown_field', { path: 'tools', remedy });
    }
  }
}

/**
 * What a client may set although the schemas do not know it. Numbers keep their documented ranges, and a client cannot change the
 * type of the session.
 */
export const isPassedForClient: IsPassed = ({ path: [head], value }) =>
  typeof value !== 'number' && head !== 'type';

/** What the rules let a client set: parameters that are not validated yet, and a valid lifetime. */
interface AllowedParams {
  readonly params: UnknownRecord;
  readonly ttlSeconds: number | undefined;
}

/**
 * Reads what the rules let a client set.
 *
 * @throws ProblemError `unknown_field` or `invalid_field` with the path, never the value.
 */
export async function readAllowed(body: UnknownRecord, rules: ClientRules): Promise<AllowedParams> {
  const { params, lifetime } = await applyRules(body, rules);
  return { params, ttlSeconds: lifetime && parseLifetime(lifetime) };
}

/**
 * Reads what a client requests: only what the rules let it set, and only values within their documented ranges.
 *
 * @throws ProblemError `unknown_field` or `invalid_field` with the path, never the value.
 */
export async function readClientRequest(
  body: UnknownRecord,
  rules: ClientRules,
  unknownFields: UnknownFields,
): Promise<ClientRequest> {
  const { params, ttlSeconds } = await readAllowed(body, rules);
  const result = parseParams(params, unknownFields === 'pass' ? isPassedForClient : undefined);
  if (result.kind === 'invalid') throw issueError(result.issue);
  return { parsed: result.parsed, requested: allParams(result.parsed), ttlSeconds };
}
