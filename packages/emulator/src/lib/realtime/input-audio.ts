import { decodeAudio } from '../audio/codec.ts';
import type { AudioChunk } from '../audio/codec.ts';
import { createSpeechDetector, FRAME_MS } from '../audio/speech-detector.ts';
import { createAudioBuffer } from './audio-buffer.ts';
import { commitAudio } from './commit-audio.ts';
import type { CommitOptions } from './commit-audio.ts';
import { errorEvent } from './events.ts';
import type { ClientEvent } from './events.ts';
import { getAudioInput, getTurnRules } from './turn-detection.ts';

export type AudioEvent = Extract<ClientEvent, { type: `input_audio_buffer.${string}` }>;

/** The API does not commit less, in milliseconds. */
const MIN_COMMIT_MS = 100;

export interface InputAudioOptions extends CommitOptions {
  /** Shortest audio that counts as speech, in milliseconds. */
  readonly minSpeechMs: number;
  /** Called when the user starts to speak. */
  readonly onSpeech: () => void;
  /** Called when the user starts to speak, if that interrupts a response. */
  readonly interrupt: () => void;
  /** Called when the user's turn has ended and a response is expected. */
  readonly respond: () => void;
}

/** The input audio buffer of a session. Audio is measured, not stored. */
export interface InputAudio {
  handleEvent(event: AudioEvent): void;
  /** Takes audio from a media track. */
  append(chunk: AudioChunk): void;
  /** Commits silence because the user did not speak for so long. */
  commitSilence(timeoutMs: number): void;
}

/** Time passes with the audio: one second has passed when one second of audio has arrived. */
export function createInputAudio(options: InputAudioOptions): InputAudio {
  const { createId, send, minSpeechMs, getSession } = options;
  const detector = createSpeechDetector();
  const buffer = createAudioBuffer();
  let itemId = createId('item');

  const clear = (): void => {
    detector.reset();
    buffer.clear();
    itemId = createId('item');
  };
  const commit = (content: 'speech' | 'silence', audioMs = buffer.lengthMs()): void => {
    commitAudio(options, { itemId, audioMs, content });
    clear();
  };
  const processFrame = (level: number): void => {
    buffer.advance(FRAME_MS);
    const rules = getTurnRules(getSession(), minSpeechMs);
    if (rules === undefined) return;
    const transition = detector.update(level, rules);
    if (transition === undefined) return;
    if (transition === 'started') {
      const audio_start_ms = buffer.startSpeech(minSpeechMs + rules.paddingMs);
      send({ type: 'input_audio_buffer.speech_started', audio_start_ms, item_id: itemId });
      options.onSpeech();
      if (rules.onStart === 'interrupt') options.interrupt();
      return;
    }
    const audio_end_ms = buffer.processedMs();
    send({ type: 'input_audio_buffer.speech_stopped', audio_end_ms, item_id: itemId });
    commit('speech');
    if (rules.onEnd === 'respond') options.respond();
  };
  const append = (chunk: AudioChunk): void => buffer.add(chunk).forEach(processFrame);

  return {
    append,
    commitSilence(timeoutMs) {
      const audio_start_ms = buffer.processedMs();
      buffer.advance(timeoutMs);
      const turn = { audio_start_ms, audio_end_ms: buffer.processedMs(), item_id: itemId };
      send({ type: 'input_audio_buffer.timeout_triggered', ...turn });
      commit('silence', timeoutMs);
    },
    handleEvent(event) {
      switch (event.type) {
        case 'input_audio_buffer.append':
          append(decodeAudio(Buffer.from(event.audio, 'base64'), getAudioInput(getSession())?.format));
          return;
        case 'input_audio_buffer.clear':
          clear();
          send({ type: 'input_audio_buffer.cleared' });
          return;
        case 'input_audio_buffer.commit':
          if (buffer.lengthMs() >= MIN_COMMIT_MS) commit('speech');
          else send(errorEvent(tooShort(buffer.lengthMs()), event.event_id));
      }
    },
  };
}

function tooShort(lengthMs: number): { readonly code: string; readonly message: string } {
  return {
    code: 'input_audio_buffer_commit_empty',
    message: `Error committing input audio buffer: buffer too small. Expected at least ${MIN_COMMIT_MS}ms of audio, but buffer only has ${lengthMs.toFixed(2)}ms of audio.`,
  };
}
