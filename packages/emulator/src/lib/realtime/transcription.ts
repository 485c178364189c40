import type { Fault } from '../faults/catalog.ts';
import type { SessionConfig } from '../state/session-config.ts';
import type { RealtimeEvent, SendEvent } from './server-events.ts';
import { getAudioInput } from './turn-detection.ts';
import { countTextTokens, countUserAudioTokens } from './usage.ts';

type CompletedEvent = Extract<
  RealtimeEvent,
  { type: 'conversation.item.input_audio_transcription.completed' }
>;

const LOG_PROBABILITY = -0.05;
const LOGPROBS = 'item.input_audio_transcription.logprobs';

/** Whisper models are billed by the length of the audio, the others by tokens. */
const isBilledByDuration = (model: string): boolean => model.includes('whisper');
/** The oldest model sends the whole transcript in one event. */
const isStreamed = (model: string): boolean => !model.startsWith('whisper');

export interface TranscriptionOptions {
  readonly session: SessionConfig;
  readonly send: SendEvent;
  /** Returns the fault to apply to a transcription, if any, and counts it as applied. */
  readonly takeFault: () => Fault | undefined;
}

export interface Utterance {
  readonly itemId: string;
  readonly audioMs: number;
  readonly transcript: string;
}

/** Sends the transcription of an item, if the session asks for one. Returns the transcript that the item then has. */
export function transcribe(
  { session, send, takeFault }: TranscriptionOptions,
  { itemId: item_id, audioMs, transcript }: Utterance,
): string | null {
  const settings = getAudioInput(session)?.transcription ?? null;
  if (settings === null) return null;
  const { model = '', prompt = '' } = settings;
  const position = { item_id, content_index: 0 };
  if (takeFault() === 'transcription-failed') {
    send({ type: 'conversation.item.input_audio_transcription.failed', ...position, error: FAILED });
    return null;
  }
  const withLogprobs = (text: string): Pick<CompletedEvent, 'logprobs'> =>
    hasLogprobs(session) ? { logprobs: toLogprobs(text) } : {};
  for (const delta of isStreamed(model) ? splitWords(transcript) : [transcript]) {
    const type = 'conversation.item.input_audio_transcription.delta';
    send({ type, ...position, delta, ...withLogprobs(delta) });
  }
  send({
    type: 'conversation.item.input_audio_transcription.completed',
    ...position,
    transcript,
    usage: isBilledByDuration(model)
      ? { type: 'duration', seconds: audioMs / 1000 }
      : toTokenUsage(audioMs, prompt, transcript),
    ...withLogprobs(transcript),
  });
  return transcript;
}

function hasLogprobs({ include }: SessionConfig): boolean {
  return include?.includes(LOGPROBS) === true;
}

const FAILED = {
  type: 'transcription_error',
  code: 'audio_unintelligible',
  message: 'The audio could not be transcribed.',
};

function toTokenUsage(audioMs: number, prompt: string, transcript: string): CompletedEvent['usage'] {
  const audio_tokens = countUserAudioTokens(audioMs);
  const text_tokens = countTextTokens(prompt);
  const input_tokens = audio_tokens + text_tokens;
  const output_tokens = countTextTokens(transcript);
  return {
    type: 'tokens',
    total_tokens: input_tokens + output_tokens,
    input_tokens,
    input_token_details: { text_tokens, audio_tokens },
    output_tokens,
  };
}

function toLogprobs(text: string): NonNullable<CompletedEvent['logprobs']> {
  return splitWords(text).map((token) => ({
    token,
    logprob: LOG_PROBABILITY,
    bytes: [...Buffer.from(token)],
  }));
}

function splitWords(text: string): string[] {
  return text.match(/\S+\s*/g) ?? [];
}
