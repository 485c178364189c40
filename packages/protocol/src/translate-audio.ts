import type { AudioFormat, AudioInput, TurnDetection } from './audio.ts';
import type { FlatAudioFormat, FlatTurnDetection, SessionCreateRequest } from './sessions.ts';
import { compact, droppedPaths } from './translate-fields.ts';
import type { Translated } from './translate-fields.ts';

/** The flat parameters that are under `audio.input` in the `client_secrets` call. */
type FlatAudioInput = Pick<
  SessionCreateRequest,
  'input_audio_format' | 'input_audio_transcription' | 'input_audio_noise_reduction' | 'turn_detection'
>;

export function nestAudioFormat(format: FlatAudioFormat): AudioFormat {
  switch (format) {
    case 'pcm16':
      return { type: 'audio/pcm', rate: 24_000 };
    case 'g711_ulaw':
      return { type: 'audio/pcmu' };
    case 'g711_alaw':
      return { type: 'audio/pcma' };
  }
}

export function flattenAudioFormat(type: AudioFormat['type']): FlatAudioFormat {
  switch (type) {
    case 'audio/pcmu':
      return 'g711_ulaw';
    case 'audio/pcma':
      return 'g711_alaw';
    case 'audio/pcm':
      return 'pcm16';
  }
}

export function nestAudioInput(flat: FlatAudioInput): Translated<AudioInput> {
  const turnDetection =
    flat.turn_detection === undefined ? undefined : nestTurnDetection(flat.turn_detection);
  const value = compact({
    format: flat.input_audio_format === undefined ? undefined : nestAudioFormat(flat.input_audio_format),
    transcription: flat.input_audio_transcription,
    noise_reduction: flat.input_audio_noise_reduction,
    turn_detection: turnDetection?.value,
  });
  return { value, dropped: turnDetection?.dropped ?? [] };
}

export function flattenAudioInput(input: AudioInput): Translated<FlatAudioInput> {
  const turnDetection =
    input.turn_detection === undefined ? undefined : flattenTurnDetection(input.turn_detection);
  const noiseReduction = flattenNoiseReduction(input.noise_reduction);
  const value = compact({
    input_audio_format: input.format === undefined ? undefined : flattenAudioFormat(input.format.type),
    input_audio_transcription: input.transcription,
    input_audio_noise_reduction: noiseReduction.value,
    turn_detection: turnDetection?.value,
  });
  const dropped = [...noiseReduction.dropped, ...(turnDetection?.dropped ?? [])];
  return { value, dropped };
}

function flattenNoiseReduction(
  noiseReduction: AudioInput['noise_reduction'],
): Translated<FlatAudioInput['input_audio_noise_reduction']> {
  if (noiseReduction === null || noiseReduction === undefined) return { value: noiseReduction, dropped: [] };
  const { strength, ...value } = noiseReduction;
  return { value, dropped: droppedPaths('session.audio.input.noise_reduction', { strength }) };
}

/** Drops the settings of the other type, which the `sessions` call accepts and ignores. */
function nestTurnDetection(flat: FlatTurnDetection): Translated<TurnDetection> {
  if (flat === null) return { value: null, dropped: [] };
  const { type, eagerness, threshold, prefix_padding_ms, silence_duration_ms, ...shared } = flat;
  const serverOnly = { threshold, prefix_padding_ms, silence_duration_ms };
  if (type === 'semantic_vad') {
    return {
      value: compact<NonNullable<TurnDetection>>({ type, eagerness, ...shared }),
      dropped: droppedPaths('turn_detection', serverOnly),
    };
  }
  return {
    value: compact<NonNullable<TurnDetection>>({ type: 'server_vad', ...serverOnly, ...shared }),
    dropped: droppedPaths('turn_detection', { eagerness }),
  };
}

function flattenTurnDetection(turnDetection: TurnDetection): Translated<FlatTurnDetection> {
  if (turnDetection === null || turnDetection.type === 'semantic_vad')
    return { value: turnDetection, dropped: [] };
  const { idle_timeout_ms, ...value } = turnDetection;
  return { value, dropped: droppedPaths('session.audio.input.turn_detection', { idle_timeout_ms }) };
}
