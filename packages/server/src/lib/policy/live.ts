import { issuePaths, liveSessionSchema } from '@realtime-session/protocol';
import type { UnknownFields } from '../options.ts';
import { ProblemError } from '../problem.ts';
import { isRecord } from '../validate.ts';
import type { UnknownRecord } from '../validate.ts';
import { checkAllowed, isPassedForClient, parseBySchema } from './client.ts';
import type { ClientRequest, ClientRules } from './client.ts';
import { conflictError, forbidden, invalid, issueError } from './params.ts';
import type { ParseParams, ParseResult } from './params.ts';
import { mergePinned } from './plan.ts';
import type { CallPlan, PlanInput } from './plan.ts';
import { addUnknown, allParams, parseWithUnknown } from './unknown-fields.ts';

/** A client sets a part of a session, and the owner may leave the rest to it. */
const partSchema = liveSessionSchema.partial();

const liveKeys: ReadonlySet<string> = new Set(Object.keys(liveSessionSchema.shape));

const SEGMENT = /^[\w-]+$/;

/** What a client can never set, and why. Also holds for what contains it or is a part of it. */
const forbiddenPaths: Readonly<Record<string, string>> = {
  client: 'decides what the page may do; set the option `page` of openaiLive() or azureLive()',
  'delegation.responses.tools': 'act with your permissions; return them from the option `session`',
  safety_identifier: 'is set by the option `safetyIdentifierKey`',
};

function isWithin(path: string, other: string): boolean {
  return path === other || path.startsWith(`${other}.`);
}

function checkPath(path: string, unknownFields: UnknownFields): void {
  const taken = Object.entries(forbiddenPaths).find(
    ([forbiddenPath]) => isWithin(path, forbiddenPath) || isWithin(forbiddenPath, path),
  );
  if (taken !== undefined) {
    const [forbiddenPath, reason] = taken;
    throw new TypeError(`allow: "${path}" cannot be listed: ${forbiddenPath} ${reason}.`);
  }
  const [head = ''] = path.split('.');
  const isPath = path.split('.').every((segment) => SEGMENT.test(segment));
  if (isPath && (liveKeys.has(head) || unknownFields === 'pass')) return;
  const advice = isPath ? " Set `unknownFields: 'pass'` if the API has added it." : '';
  throw new TypeError(
    `allow: "${path}" is not a parameter of a Live session; list dotted paths such as "audio.output.voice".${advice}`,
  );
}

/**
 * Checks the dotted paths of `allow` for Live sessions.
 *
 * @throws TypeError If a path is not a parameter of a session, or one that only the server may set.
 */
export function checkLiveAllowPaths(
  paths: readonly string[],
  unknownFields: UnknownFields,
): readonly string[] {
  for (const path of paths) checkPath(path, unknownFields);
  return paths;
}

function parseKnown(value: UnknownRecord): ParseResult {
  const result = partSchema.safeParse(value);
  return result.success
    ? { kind: 'parsed', parsed: { kind: 'live', params: result.data, unknown: [] } }
    : invalid(issuePaths(result.error, value)[0]);
}

/** Parses the parameters of a Live session, with every documented range. */
export const parseLiveParams: ParseParams = (value, isPassed) => {
  const misplaced = Object.hasOwn(value, 'safety_identifier');
  if (misplaced)
    return forbidden('safety_identifier', 'is set by the server option safetyIdentifierKey', 'unknown');
  const { client } = value;
  if (isRecord(client) && client['data_channel'] !== undefined) {
    const message =
      "is set by the option `page` of openaiLive() or azureLive(), such as `page: { send: ['session.close'], receive: 'all' }`; leave it out";
    return forbidden('client.data_channel', message, 'invalid');
  }
  const result = parseKnown(value);
  return result.kind === 'parsed' || isPassed === undefined
    ? result
    : parseWithUnknown(value, parseKnown, isPassed);
};

/** The request of a client that sets nothing. */
export const emptyLiveRequest: ClientRequest = {
  parsed: { kind: 'live', params: {}, unknown: [] },
  requested: {},
  ttlSeconds: undefined,
};

function readPath(source: unknown, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>((value, name) => (isRecord(value) ? value[name] : undefined), source);
}

async function applyRules(params: UnknownRecord, rules: ClientRules): Promise<UnknownRecord> {
  if (rules.kind === 'paths') {
    checkAllowed(params, rules.paths);
    return params;
  }
  const parsed = await parseBySchema(params, rules.schema);
  const path = Object.keys(forbiddenPaths).find((name) => readPath(parsed, name) !== undefined);
  if (path === undefined) return parsed;
  const remedy = `The schema in \`allow\` accepted ${path}, which ${forbiddenPaths[path] ?? 'only the server sets'}.`;
  throw new ProblemError('unknown_field', { path, remedy });
}

/**
 * Reads what a client requests for a Live session.
 *
 * @throws ProblemError `unknown_field` or `invalid_field` with the path, never the value.
 */
export async function readLiveRequest(
  params: UnknownRecord,
  rules: ClientRules,
  unknownFields: UnknownFields,
): Promise<ClientRequest> {
  const allowed = await applyRules(params, rules);
  const result = parseLiveParams(allowed, unknownFields === 'pass' ? isPassedForClient : undefined);
  if (result.kind === 'invalid') throw issueError(result.issue);
  return { parsed: result.parsed, requested: allParams(result.parsed), ttlSeconds: undefined };
}

/**
 * Builds the session of a Live call: the client's parameters, overridden by the owner's.
 *
 * @throws ProblemError `invalid_field` if the two conflict, or if no model is set.
 */
export function planLiveSession({ client, pinned }: Pick<PlanInput, 'client' | 'pinned'>): CallPlan {
  const merged = mergePinned({ ...client.parsed.params }, { ...pinned.params });
  const result = liveSessionSchema.safeParse(merged);
  // A model that the schema does not know is added below.
  if (!result.success && !isModelUnknown(pinned, result.error.issues))
    throw conflictError(result.error, merged);
  const session = [client.parsed, pinned].reduce(
    (known, parsed) => addUnknown(known, parsed, 'client_secrets'),
    merged,
  );
  const { model } = session;
  return { session, model: typeof model === 'string' ? model : undefined, dropped: [] };
}

function isModelUnknown(
  { unknown }: PlanInput['pinned'],
  issues: readonly { readonly path: readonly PropertyKey[] }[],
): boolean {
  return (
    issues.every(({ path: [head] }) => head === 'model') &&
    unknown.some(({ path: [head] }) => head === 'model')
  );
}
