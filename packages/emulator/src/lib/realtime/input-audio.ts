import { decodeAudio } from '../audio/codec.ts';
import type { AudioChunk } from '../audio/codec.ts';
import { createLevelMeter, createSpeechDetector, FRAME_MS } from '../audio/speech-detector.ts';
import { createId } from '../shared/create-id.ts';
import type { SessionConfig } from '../state/session-config.ts';
import { errorEvent } from './events.ts';
import type { ClientEvent, Send } from './events.ts';
import type { ItemStore } from './items.ts';
import { getAudioInput, getTurnRules } from './turn-detection.ts';

export type AudioEvent = Extract<ClientEvent, { type: `input_audio_buffer.${string}` }>;

const EMPTY = { code: 'input_audio_buffer_commit_empty', message: 'The input audio buffer is empty.' };

/** The transcript of every spoken turn: audio is measured here, not recognized. */
const TRANSCRIPT = 'something you said';

export interface InputAudioOptions {
  readonly send: Send;
  readonly items: ItemStore;
  /** Shortest audio that counts as speech, in milliseconds. */
  readonly minSpeechMs: number;
  readonly getSession: () => SessionConfig;
  /** Called when the user starts to speak during a response. */
  readonly interrupt: () => void;
  /** Called when the user's turn has ended and a response is expected. */
  readonly respond: () => void;
}

/** The input audio buffer of a session. Audio is measured, not stored. */
export interface InputAudio {
  handleEvent(event: AudioEvent): void;
  /** Takes audio from a media track. */
  append(chunk: AudioChunk): void;
}

/** Time passes with the audio: one second has passed when one second of audio has arrived. */
export function createInputAudio(options: InputAudioOptions): InputAudio {
  const { send, minSpeechMs, getSession } = options;
  const meter = createLevelMeter();
  const detector = createSpeechDetector();
  let elapsedMs = 0;
  let uncommittedSamples = 0;
  let itemId = createId('item');

  const commit = (): void => {
    commitAudio(options, itemId);
    uncommittedSamples = 0;
    itemId = createId('item');
  };

  const processFrame = (level: number): void => {
    elapsedMs += FRAME_MS;
    const rules = getTurnRules(getSession(), minSpeechMs);
    if (rules === undefined) return;
    switch (detector.update(level, rules)) {
      case 'started': {
        const audio_start_ms = Math.max(0, elapsedMs - minSpeechMs);
        send({ type: 'input_audio_buffer.speech_started', audio_start_ms, item_id: itemId });
        if (rules.onStart === 'interrupt') options.interrupt();
        return;
      }
      case 'stopped':
        send({ type: 'input_audio_buffer.speech_stopped', audio_end_ms: elapsedMs, item_id: itemId });
        commit();
        if (rules.onEnd === 'respond') options.respond();
        return;
      case undefined:
    }
  };

  const append = (chunk: AudioChunk): void => {
    uncommittedSamples += chunk.samples.length;
    for (const level of meter.measure(chunk)) processFrame(level);
  };

  return {
    append,
    handleEvent(event) {
      switch (event.type) {
        case 'input_audio_buffer.append': {
          const bytes = Buffer.from(event.audio, 'base64');
          append(decodeAudio(bytes, getAudioInput(getSession())?.format));
          return;
        }
        case 'input_audio_buffer.clear':
          uncommittedSamples = 0;
          send({ type: 'input_audio_buffer.cleared' });
          return;
        case 'input_audio_buffer.commit':
          if (uncommittedSamples > 0) commit();
          else send(errorEvent(EMPTY, event.event_id));
      }
    },
  };
}

/** Adds the audio to the conversation as an item, with a transcript if the session asks for one. */
function commitAudio({ send, items, getSession }: InputAudioOptions, itemId: string): void {
  const content = [{ type: 'input_audio', transcript: null }];
  const { item, previousId } = items.add({ id: itemId, type: 'message', role: 'user', content });
  send({ type: 'input_audio_buffer.committed', previous_item_id: previousId, item_id: item.id });
  send({ type: 'conversation.item.added', previous_item_id: previousId, item });
  send({ type: 'conversation.item.done', previous_item_id: previousId, item });
  const transcription = getAudioInput(getSession())?.transcription;
  if (transcription === undefined || transcription === null) return;
  const position = { item_id: item.id, content_index: 0 };
  const type = 'conversation.item.input_audio_transcription';
  send({ type: `${type}.delta`, ...position, delta: TRANSCRIPT });
  send({ type: `${type}.completed`, ...position, transcript: TRANSCRIPT });
}
