import type { RealtimeTranslationSession } from '@realtime-session/protocol';
import type { CreateId } from '../shared/create-id.ts';
import { createSessionConfig } from './session-config.ts';
import type { RequestedSession, SessionConfig } from './session-config.ts';

/** Settings of a translation session as a client requests them. On the wire, they have no `type`. */
export interface RequestedTranslation extends RealtimeTranslationSession {
  readonly type: 'translation';
}

/** A translation session as the API echoes it. */
export interface TranslationConfig extends RequestedTranslation {
  readonly id: string;
  /** When the session ends, in unix seconds; in the response of a mint, the expiry of the token, as documented. */
  readonly expires_at: number;
  readonly audio: TranslationAudio;
}

/** A session of any endpoint, as the API echoes it. */
export type AnySessionConfig = SessionConfig | TranslationConfig;

type TranslationAudio = NonNullable<RealtimeTranslationSession['audio']>;
type TranslationInput = NonNullable<TranslationAudio['input']>;

/** The settings of a session of any endpoint, merged over the defaults. */
export function createConfig(
  requested: RequestedSession | RequestedTranslation,
  createId: CreateId,
): AnySessionConfig {
  return requested.type === 'translation'
    ? createTranslationConfig(requested, createId)
    : createSessionConfig(requested, createId);
}

function createTranslationConfig(
  { model, audio = {} }: RequestedTranslation,
  createId: CreateId,
): TranslationConfig {
  const defaults = { input: { transcription: null, noise_reduction: null }, output: {} };
  const config = {
    type: 'translation',
    id: createId('sess'),
    model,
    expires_at: 0,
    audio: defaults,
  } as const;
  return updateTranslationConfig(config, audio);
}

/** Merges new settings into a translation session. The model never changes. */
export function updateTranslationConfig(
  config: TranslationConfig,
  { input, output }: TranslationAudio,
): TranslationConfig {
  return {
    ...config,
    audio: {
      input: { ...config.audio.input, ...input, ...mergeNoiseReduction(config.audio.input, input) },
      output: { ...config.audio.output, ...output },
    },
  };
}

/** The strength is 1 when noise reduction is turned on, and stays the same when an update leaves it out. */
function mergeNoiseReduction(
  current: TranslationInput | undefined,
  changes: TranslationInput | undefined,
): Pick<TranslationInput, 'noise_reduction'> {
  const requested = changes?.noise_reduction;
  if (requested === undefined || requested === null) return {};
  return { noise_reduction: { strength: 1, ...current?.noise_reduction, ...requested } };
}
