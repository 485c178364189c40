import { findShutdowns, liveModels, liveVoices, shutdowns } from '@realtime-session/protocol';
import type { Shutdown } from '@realtime-session/protocol';
import { invalidRequest } from '../http/http-error.ts';
import type { HttpError } from '../http/http-error.ts';
import type { EmulatorContext } from './context.ts';
import type { RequestedSession } from './session-config.ts';
import type { RequestedTranslation } from './translation-config.ts';

/** The model of a session that does not name one. */
export const DEFAULT_MODEL = 'gpt-realtime-2.1';

/** As in the types of the official package, without the preview models, which the API no longer serves. */
const REALTIME_MODELS = [
  DEFAULT_MODEL,
  'gpt-realtime-2.1-mini',
  'gpt-realtime-2',
  'gpt-realtime-1.5',
  'gpt-realtime',
  'gpt-realtime-2025-08-28',
  'gpt-realtime-mini',
  'gpt-realtime-mini-2025-10-06',
  'gpt-realtime-mini-2025-12-15',
  'gpt-audio-1.5',
  'gpt-audio-mini',
  'gpt-audio-mini-2025-10-06',
  'gpt-audio-mini-2025-12-15',
];

const TRANSCRIPTION_MODELS = [
  'gpt-transcribe',
  'gpt-live-transcribe',
  'gpt-realtime-whisper',
  'gpt-4o-transcribe',
  'gpt-4o-transcribe-diarize',
  'gpt-4o-mini-transcribe',
  'gpt-4o-mini-transcribe-2025-12-15',
  'whisper-1',
];

/** The official types name no model for translations; the guide names this one. */
const TRANSLATION_MODELS = ['gpt-realtime-translate'];

const VOICES = ['alloy', 'ash', 'ballad', 'cedar', 'coral', 'echo', 'marin', 'sage', 'shimmer', 'verse'];

/** What the catalog depends on: the options and the emulator's clock. */
type CatalogContext = Pick<EmulatorContext, 'settings' | 'clock'>;

/** A model that the emulator serves now. */
export interface Model {
  readonly name: string;
  readonly kind: 'realtime' | 'transcription' | 'translation' | 'live' | 'added';
  /** The announced first day without it, `YYYY-MM-DD`. */
  readonly shutdownDate: string | undefined;
}

/** Lists the models that exist at the emulator's time, including those added by the option `models`. */
export function listModels({ settings, clock }: CatalogContext): readonly Model[] {
  const builtIn = (names: readonly string[], kind: Model['kind']): readonly Model[] =>
    names
      .filter((name) => !settings.models.includes(name))
      .map((name) => ({ name, kind, shutdown: shutdowns.find((shutdown) => shutdown.name === name) }))
      .filter(({ shutdown }) => shutdown === undefined || !isOver(shutdown, clock.nowMs()))
      .map(({ name, shutdown }) => ({ name, kind, shutdownDate: shutdown?.date }));
  return [
    ...builtIn(REALTIME_MODELS, 'realtime'),
    ...builtIn(TRANSCRIPTION_MODELS, 'transcription'),
    ...builtIn(TRANSLATION_MODELS, 'translation'),
    ...builtIn(liveModels, 'live'),
    ...settings.models.map((name): Model => ({ name, kind: 'added', shutdownDate: undefined })),
  ];
}

/** Lists the voices that exist, including those added by the option `voices`. */
export function listVoices({ settings }: CatalogContext): readonly string[] {
  return [...new Set([...VOICES, ...settings.voices])];
}

/** Lists the voices of the Live API, including those added by the option `voices`. */
export function listLiveVoices({ settings }: CatalogContext): readonly string[] {
  return [...new Set([...liveVoices, ...settings.voices])];
}

/** How a request names the parameters of a session: as `client_secrets` does, flat as `sessions` does, or as `response.create`. */
export type ParameterNames = 'nested' | 'flat' | 'response';

const FLAT_NAMES: Readonly<Record<string, string>> = {
  'audio.input.transcription.model': 'input_audio_transcription.model',
  'audio.output.voice': 'voice',
};

/**
 * Checks the models and the voice of a requested session, and emits a warning for each announced shutdown that affects it.
 *
 * @returns the error response, or `undefined` if the session can be opened.
 */
export function checkSession(
  context: CatalogContext,
  session: RequestedSession | RequestedTranslation,
  names: ParameterNames,
): HttpError | undefined {
  const { settings, clock } = context;
  const toParam = (path: string): string =>
    names === 'flat' ? (FLAT_NAMES[path] ?? path) : `${names === 'nested' ? 'session' : 'response'}.${path}`;
  const announced = findShutdowns(session).filter(({ name }) => !settings.models.includes(name));
  const over = announced.find((shutdown) => isOver(shutdown, clock.nowMs()));
  if (over !== undefined) return shutDownError(over, toParam(over.path));
  const error = checkNames(context, session, toParam);
  if (error !== undefined) return error;
  for (const { kind, name, date, replacement } of announced) {
    const message = describeShutdown({ kind, name, date, replacement }, 'shuts down');
    const remedy = replacement === undefined ? {} : { replacement };
    settings.emit({ type: 'warning', code: 'shutdown', name, date, ...remedy, message });
  }
  return undefined;
}

function checkNames(
  context: CatalogContext,
  session: RequestedSession | RequestedTranslation,
  toParam: (path: string) => string,
): HttpError | undefined {
  const transcription = session.audio?.input?.transcription?.model;
  const param = toParam('audio.input.transcription.model');
  const error = checkModel(transcription, servedNames(context, 'transcription'), param);
  if (error !== undefined || session.type === 'transcription') return error;
  if (session.type === 'translation')
    return checkModel(session.model, servedNames(context, 'translation'), toParam('model'));
  return (
    checkModel(session.model, servedNames(context, 'realtime'), toParam('model')) ??
    checkVoice(session.audio?.output?.voice, listVoices(context), toParam('audio.output.voice'))
  );
}

/** Does not repeat the name: an error must not contain what a client sent. */
function checkModel(
  name: string | undefined,
  served: readonly string[],
  param: string,
): HttpError | undefined {
  if (name === undefined || served.includes(name)) return undefined;
  if (/^gpt-live-\d/.test(name) && !served.includes(liveModels[0]))
    return invalidRequest(400, {
      message: `The model in '${param}' is a model of the Live API, which does not open Realtime sessions. Use ${DEFAULT_MODEL}.`,
      param,
      code: 'invalid_model',
    });
  return invalidRequest(404, {
    message: `The model in '${param}' does not exist or you do not have access to it. ${describePreview(name)}The emulator knows ${served.join(', ')}; its option models adds others.`,
    param,
    code: 'model_not_found',
  });
}

/** What replaces a preview model. Many samples still name one. */
function describePreview(name: string): string {
  const [isPreview, mini = ''] = /^gpt-4o(-mini)?-realtime-preview/.exec(name) ?? [];
  return isPreview === undefined
    ? ''
    : `The preview models were shut down; use ${DEFAULT_MODEL}${mini} instead. `;
}

/** Returns the error if a model does not open Live sessions. */
export function checkLiveModel(context: CatalogContext, name: string): HttpError | undefined {
  const served = servedNames(context, 'live');
  if (served.includes(name) || /^gpt-live-\d/.test(name)) return checkModel(name, served, 'session.model');
  return invalidRequest(400, {
    message: `The model in 'session.model' does not open Live sessions. Use ${liveModels[0]}.`,
    param: 'session.model',
    code: 'invalid_model',
  });
}

function checkVoice(voice: unknown, known: readonly string[], param: string): HttpError | undefined {
  if (typeof voice !== 'string' || known.includes(voice)) return undefined;
  return invalidRequest(400, {
    message: `Invalid value for '${param}': must be one of ${known.join(', ')}. The emulator's option voices adds others.`,
    param,
    code: 'invalid_value',
  });
}

/** Names of the models that open sessions of a kind now. Added models do both. */
function servedNames(context: CatalogContext, kind: Exclude<Model['kind'], 'added'>): readonly string[] {
  return listModels(context)
    .filter((model) => model.kind === kind || model.kind === 'added')
    .map(({ name }) => name);
}

function shutDownError(shutdown: Shutdown, param: string): HttpError {
  const message = describeShutdown(shutdown, 'was shut down');
  return shutdown.kind === 'model'
    ? invalidRequest(404, { message, param, code: 'model_not_found' })
    : invalidRequest(400, { message, param, code: 'invalid_value' });
}

function describeShutdown(
  { kind, name, date, replacement }: Shutdown,
  predicate: 'shuts down' | 'was shut down',
): string {
  const remedy = replacement === undefined ? '' : `; use ${replacement} instead`;
  return `The ${kind} ${name} ${predicate} on ${date}${remedy}.`;
}

function isOver({ date }: Shutdown, nowMs: number): boolean {
  return nowMs >= Date.parse(`${date}T00:00:00Z`);
}
