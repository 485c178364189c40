import { findShutdowns, SHUTDOWNS_CHECKED_ON } from '@realtime-session/protocol';
import { failed, passed, skipped, warned } from './check.ts';
import type { Check } from './check.ts';
import type { ListModels } from './model-list.ts';
import type { ModelApi, ProbeResponse, Target } from './probe.ts';

/** A model or field of the session that stops on a day, `YYYY-MM-DD`. */
interface Ending {
  readonly name: string;
  readonly date: string;
  readonly replacement: string | undefined;
}

/** Reads `OPENAI_API_KEY` and `OPENAI_BASE_URL` (with or without `/v1`), as the official clients do. `undefined` without a key. */
export function readModelApi(env: Readonly<Record<string, string | undefined>>): ModelApi | undefined {
  const key = env['OPENAI_API_KEY']?.trim() ?? '';
  if (key === '') return undefined;
  const base = (env['OPENAI_BASE_URL']?.trim() ?? '').replace(/\/+$/, '');
  if (base === '') return { key, baseUrl: 'https://api.openai.com/v1' };
  // A key is never sent unencrypted to another machine.
  if (!/^https:\/\/|^http:\/\/(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])(?:[:/]|$)/.test(base))
    return undefined;
  return { key, baseUrl: /\/v\d+$/.test(base) ? base : `${base}/v1` };
}

/** Warns when the session uses a model or a field that OpenAI has announced to shut down; fails from that day on. */
export async function checkModels(
  { nowMs }: Target,
  minted: ProbeResponse | undefined,
  listModels: ListModels,
): Promise<Check> {
  const session = readSession(minted);
  if (session === undefined) return skipped('models', 'there was no session to inspect');
  const models = readModels(session);
  const known: readonly Ending[] = findShutdowns(session);
  const listed = models.length === 0 ? undefined : await readListed(listModels, models);
  const endings = mergeEndings(known, listed ?? []);
  const [first] = endings;
  if (first !== undefined) return describeEndings([first, ...endings.slice(1)], nowMs());
  if (models.length === 0) return skipped('models', 'the response does not name the model');
  const source = listed === undefined ? `dates of ${SHUTDOWNS_CHECKED_ON}` : "the API's dates";
  return passed('models', `no announced shutdown of ${models.join(' and ')} (${source})`);
}

function describeEndings(endings: readonly [Ending, ...Ending[]], nowMs: number): Check {
  const isOver = endings.some(({ date }) => nowMs >= Date.parse(`${date}T00:00:00Z`));
  const list = endings.map(({ name, date }) => `${name} on ${date}`).join(', ');
  const fix = endings
    .map(({ name, replacement = 'a current model' }) => `use ${replacement} instead of ${name}`)
    .join(', ');
  return isOver
    ? failed('models', `the session uses what OpenAI has shut down: ${list}`, fix)
    : warned('models', `the session uses what OpenAI shuts down: ${list}`, fix);
}

/** A date of the API replaces the one that this version knows. */
function mergeEndings(known: readonly Ending[], listed: readonly Ending[]): readonly Ending[] {
  const added = listed.filter(({ name }) => !known.some((ending) => ending.name === name));
  return [
    ...known.map((ending) => ({
      ...ending,
      date: listed.find(({ name }) => name === ending.name)?.date ?? ending.date,
    })),
    ...added,
  ];
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The session next to the token, or the documented shape, in which the session contains the token. */
function readSession(minted: ProbeResponse | undefined): Readonly<Record<string, unknown>> | undefined {
  const json = minted !== undefined && 'json' in minted.body ? minted.body.json : undefined;
  if (!isObject(json)) return undefined;
  return isObject(json['session']) ? json['session'] : json;
}

const MODEL_PATHS = [
  ['model'],
  ['audio', 'input', 'transcription', 'model'],
  ['input_audio_transcription', 'model'],
];

/** Names are printed: anything that is not a plain name is left out. */
function readModels(session: Readonly<Record<string, unknown>>): readonly string[] {
  const values = MODEL_PATHS.map((path) =>
    path.reduce<unknown>((value, key) => (isObject(value) ? value[key] : undefined), session),
  );
  return values.filter(
    (value): value is string =>
      typeof value === 'string' && /^[\w.:-]{1,80}$/.test(value) && !/^(?:sk|ek)[-_]/.test(value),
  );
}

/** The API's shutdown dates of the session's models. `undefined` if the API does not list its models. */
async function readListed(
  listModels: ListModels,
  models: readonly string[],
): Promise<readonly Ending[] | undefined> {
  const listed = await listModels();
  return listed?.flatMap(({ id: name, shutdownDate: date }) =>
    date === undefined || !models.includes(name) ? [] : [{ name, date, replacement: undefined }],
  );
}
