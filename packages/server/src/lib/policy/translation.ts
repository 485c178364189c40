import {
  issuePaths,
  realtimeTranslationClientSecretCreateRequestSchema,
  realtimeTranslationSessionSchema,
} from '@realtime-session/protocol';
import type { UnknownFields } from '../options.ts';
import type { UnknownRecord } from '../validate.ts';
import { createPathCheck, isPassedForClient, readAllowed } from './client.ts';
import type { ClientRequest, ClientRules } from './client.ts';
import { conflictError, findMisplaced, invalid, issueError } from './params.ts';
import type { ParseParams, ParseResult } from './params.ts';
import { capTtl, mergePinned } from './plan.ts';
import type { PlanInput, SessionPlan } from './plan.ts';
import { addUnknown, allParams, parseWithUnknown } from './unknown-fields.ts';

/** A client sets a part of a session. */
const partSchema = realtimeTranslationSessionSchema.partial();

/** Checks the dotted paths of `allow` for translation sessions. Throws a `TypeError`. */
export const checkTranslationAllowPaths = createPathCheck({
  keys: new Set(Object.keys(realtimeTranslationSessionSchema.shape)),
  examples: '"audio.output.language"',
});

function parseKnown(value: UnknownRecord): ParseResult {
  const result = partSchema.safeParse(value);
  return result.success
    ? { kind: 'parsed', parsed: { kind: 'translation', params: result.data, unknown: [] } }
    : invalid(issuePaths(result.error, value)[0]);
}

/** Parses the parameters of a translation session. */
export const parseTranslationParams: ParseParams = (value, isPassed) => {
  const misplaced = findMisplaced(value);
  if (misplaced !== undefined) return misplaced;
  const result = parseKnown(value);
  return result.kind === 'parsed' || isPassed === undefined
    ? result
    : parseWithUnknown(value, parseKnown, isPassed);
};

/**
 * Reads what a client requests for a translation session.
 *
 * @throws ProblemError `unknown_field` or `invalid_field` with the path, never the value.
 */
export async function readTranslationRequest(
  body: UnknownRecord,
  rules: ClientRules,
  unknownFields: UnknownFields,
): Promise<ClientRequest> {
  const { params, ttlSeconds } = await readAllowed(body, rules);
  const result = parseTranslationParams(params, unknownFields === 'pass' ? isPassedForClient : undefined);
  if (result.kind === 'invalid') throw issueError(result.issue);
  return { parsed: result.parsed, requested: allParams(result.parsed), ttlSeconds };
}

/**
 * Builds the request for a translation token: the client's parameters, overridden by the owner's.
 *
 * @throws ProblemError `invalid_field` if the two conflict.
 */
export function planTranslation(input: Omit<PlanInput, 'api'>): SessionPlan {
  const { client, pinned } = input;
  const ttlSeconds = capTtl(input);
  const expires_after = { anchor: 'created_at', seconds: ttlSeconds };
  const known = mergePinned({ ...client.parsed.params }, { ...pinned.params });
  const checked = { expires_after, session: known };
  const result = realtimeTranslationClientSecretCreateRequestSchema.safeParse(checked);
  if (!result.success) throw conflictError(result.error, checked);
  const session = [client.parsed, pinned].reduce(
    (params, parsed) => addUnknown(params, parsed, 'client_secrets'),
    known,
  );
  const { model } = result.data.session;
  return { api: 'translations', body: { expires_after, session }, model, ttlSeconds, dropped: [] };
}
