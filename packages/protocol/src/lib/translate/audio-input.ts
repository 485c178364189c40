import type { AudioInput } from '../client-secrets/audio-input.ts';
import type { SessionCreateRequest } from '../sessions/session-create-request.ts';
import { flattenAudioFormat, nestAudioFormat } from './audio-format.ts';
import { compact } from './compact.ts';
import { droppedPaths } from './translated.ts';
import type { Translated } from './translated.ts';
import { flattenTurnDetection, nestTurnDetection } from './turn-detection.ts';

/** The flat parameters that live under `audio.input` in the live call. */
export type FlatAudioInput = Pick<
  SessionCreateRequest,
  'input_audio_format' | 'input_audio_transcription' | 'input_audio_noise_reduction' | 'turn_detection'
>;

/**
 * Gathers the flat input parameters under one roof.
 *
 * @param flat - A request of the documented call.
 */
export function nestAudioInput(flat: FlatAudioInput): Translated<AudioInput> {
  const turns = flat.turn_detection === undefined ? undefined : nestTurnDetection(flat.turn_detection);
  const value = compact({
    format: flat.input_audio_format === undefined ? undefined : nestAudioFormat(flat.input_audio_format),
    transcription: flat.input_audio_transcription,
    noise_reduction: flat.input_audio_noise_reduction,
    turn_detection: turns?.value,
  });
  return { value, dropped: turns?.dropped ?? [] };
}

/**
 * Spreads `audio.input` over the flat parameters.
 *
 * @param input - `session.audio.input` of the live call.
 */
export function flattenAudioInput(input: AudioInput): Translated<FlatAudioInput> {
  const turns = input.turn_detection === undefined ? undefined : flattenTurnDetection(input.turn_detection);
  const transcription = flattenTranscription(input.transcription);
  const noise = flattenNoiseReduction(input.noise_reduction);
  const value = compact({
    input_audio_format: input.format === undefined ? undefined : flattenAudioFormat(input.format),
    input_audio_transcription: transcription.value,
    input_audio_noise_reduction: noise.value,
    turn_detection: turns?.value,
  });
  return { value, dropped: [...transcription.dropped, ...noise.dropped, ...(turns?.dropped ?? [])] };
}

function flattenTranscription(
  transcription: AudioInput['transcription'],
): Translated<FlatAudioInput['input_audio_transcription']> {
  if (transcription === null || transcription === undefined) return { value: transcription, dropped: [] };
  const { languages, keywords, delay, ...value } = transcription;
  return {
    value,
    dropped: droppedPaths('session.audio.input.transcription', { languages, keywords, delay }),
  };
}

function flattenNoiseReduction(
  noise: AudioInput['noise_reduction'],
): Translated<FlatAudioInput['input_audio_noise_reduction']> {
  if (noise === null || noise === undefined) return { value: noise, dropped: [] };
  const { strength, ...value } = noise;
  return { value, dropped: droppedPaths('session.audio.input.noise_reduction', { strength }) };
}
