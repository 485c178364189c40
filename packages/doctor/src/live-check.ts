import { liveModels } from '@realtime-session/protocol';
import { failed, passed, skipped, warned } from './check.ts';
import type { Check } from './check.ts';
import type { ListModels } from './model-list.ts';
import { hasToken } from './probe.ts';
import type { ProbeResponse, Target } from './probe.ts';

const LIVE_MODEL = /\bgpt-live-\d/i;

/** The answers of both APIs to a model of the other one, which some routes forward. */
const WRONG_MODEL = '"invalid_model"';

/** The Live API answers a key without access, and an unknown voice, with the same text. */
const ACCESS_DENIED = /voice session access denied/i;

const CREATE_ON_SERVER =
  'let the server create each session: createCallHandler() of @realtime-session/server/calls with openaiLive(), and callRoute() in the page';

/** What the live check needs to know. */
interface LiveEvidence {
  readonly target: Target;
  readonly responses: readonly ProbeResponse[];
  readonly minted: ProbeResponse | undefined;
  readonly listModels: ListModels;
}

/**
 * Checks what concerns the Live API. Returns no check for a route that has nothing to do with it, unless the command line says that
 * the route creates Live sessions.
 */
export async function checkLive(evidence: LiveEvidence): Promise<readonly Check[]> {
  const check = checkToken(evidence) ?? checkWrongModel(evidence) ?? (await checkAccess(evidence));
  return [...checkBaseUrl(evidence.target), ...(check === undefined ? [] : [check])];
}

/** The base URL is the one of the API: the path of a call is added to it. */
function checkBaseUrl({ api }: Target): readonly Check[] {
  const [, path] = /\/((?:live|realtime)(?:\/[\w-]+)*)(?:\/v1)?$/.exec(api?.baseUrl ?? '') ?? [];
  if (path === undefined) return [];
  const fix = 'set it to the root of the API, such as https://api.openai.com/v1: the path is added to it';
  return [warned('live', `OPENAI_BASE_URL ends in /${path}`, fix)];
}

function checkToken({ target, minted }: LiveEvidence): Check | undefined {
  if (minted === undefined || !hasToken(minted)) return undefined;
  if (!target.isLive && !LIVE_MODEL.test(readModel(minted))) return undefined;
  return failed('live', 'the route mints a token, but the Live API accepts no tokens', CREATE_ON_SERVER);
}

function checkWrongModel({ responses }: LiveEvidence): Check | undefined {
  const texts = responses.filter((response) => !hasToken(response)).map(({ text }) => text);
  if (!texts.some((text) => text.includes(WRONG_MODEL))) return undefined;
  return failed(
    'live',
    'the API refused the model: the Realtime API and the Live API open only their own models',
    `use ${liveModels[0]} with openaiLive(), and gpt-realtime-2.1 with tokens or openaiCalls()`,
  );
}

async function checkAccess({ target, responses, listModels }: LiveEvidence): Promise<Check | undefined> {
  const isDenied = responses.some(({ text }) => ACCESS_DENIED.test(text));
  if (!isDenied && !target.isLive) return undefined;
  const listed = await listModels();
  const models = listed
    ?.map(({ id }) => id)
    .filter((id) => LIVE_MODEL.test(id) && /^[\w.:-]{1,80}$/.test(id));
  if (models === undefined) return isDenied ? deniedFor('unknown') : describeUnlisted(target);
  if (models.length === 0) return noAccess();
  return isDenied ? deniedFor('voice') : passed('live', `the key can use ${models.sort().join(' and ')}`);
}

function noAccess(): Check {
  return failed(
    'live',
    'the key has no access to the Live API: the API lists no gpt-live model for it',
    "enable the models in the settings of the key's project, or use gpt-realtime-2.1 with openaiCalls()",
  );
}

function deniedFor(cause: 'voice' | 'unknown'): Check {
  const message = 'the Live API denied access, which is also its answer to an unknown voice';
  const voice = 'use a voice of the Live API, such as marin';
  return cause === 'voice'
    ? failed('live', `${message}; the key can use the models`, voice)
    : failed('live', message, `${voice}; set OPENAI_API_KEY to check whether the key has access`);
}

function describeUnlisted({ api }: Target): Check {
  return api === undefined
    ? skipped('live', 'set OPENAI_API_KEY to check whether the key has access to the Live API')
    : skipped('live', 'the API did not list its models');
}

function readModel({ body }: ProbeResponse): string {
  const json = 'json' in body ? body.json : undefined;
  const session = memberOf(json, 'session') ?? json;
  const model = memberOf(session, 'model');
  return typeof model === 'string' ? model : '';
}

function memberOf(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, key)
    ? (value as Record<string, unknown>)[key]
    : undefined;
}
