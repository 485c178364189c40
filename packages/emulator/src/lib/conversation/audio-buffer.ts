import { randomId } from '../credentials/random-id.ts';
import type { EffectiveSession } from '../session/effective-session.ts';
import { decodeSound } from '../sound/decode-sound.ts';
import type { Sound } from '../sound/decode-sound.ts';
import type { ClientEvent } from './client-event.ts';
import { commitSound } from './commit-sound.ts';
import { errorEvent } from './error-event.ts';
import type { Items } from './items.ts';
import type { Send } from './server-event.ts';
import { createSoundFrames, FRAME_MS } from './sound-frames.ts';
import { createSpeechDetector } from './speech-detector.ts';
import { audioInput, turnRules } from './turn-rules.ts';

/** A client event about the sound it sends. */
export type AudioEvent = Extract<ClientEvent, { type: `input_audio_buffer.${string}` }>;

const EMPTY = { code: 'input_audio_buffer_commit_empty', message: 'The input audio buffer is empty.' };

/** What the buffer needs from the conversation around it. */
export interface Listening {
  /** Sends events to the client. */
  readonly send: Send;
  /** The conversation committed sound goes to. */
  readonly items: Items;
  /** Shortest sound that is speech, in milliseconds. */
  readonly minSpeechMs: number;
  /** The session as it is now. */
  readonly currentSession: () => EffectiveSession;
  /** The user has begun to speak over the answer. */
  readonly interrupt: () => void;
  /** The user has finished and expects an answer. */
  readonly respond: () => void;
}

/** What a client has said but not committed. Sound is measured, not kept. */
export interface AudioBuffer {
  /** Takes one event. */
  receive(event: AudioEvent): void;
  /** Takes sound from a media track. */
  hear(sound: Sound): void;
}

/**
 * An empty buffer. Its clock is the sound itself: a second has passed when a second of sound has come.
 *
 * @param around - The conversation around it.
 */
export function createAudioBuffer(around: Listening): AudioBuffer {
  const { send, minSpeechMs, currentSession } = around;
  const frames = createSoundFrames();
  const detector = createSpeechDetector();
  let heardMs = 0;
  let uncommitted = 0;
  let itemId = randomId('item');

  const commit = (): void => {
    commitSound({ ...around, itemId, session: currentSession() });
    uncommitted = 0;
    itemId = randomId('item');
  };

  const judge = (level: number): void => {
    heardMs += FRAME_MS;
    const rules = turnRules(currentSession(), minSpeechMs);
    if (rules === undefined) return;
    switch (detector.step(level, FRAME_MS, rules)) {
      case 'started': {
        const audio_start_ms = Math.max(0, heardMs - minSpeechMs);
        send({ type: 'input_audio_buffer.speech_started', audio_start_ms, item_id: itemId });
        if (rules.atStart === 'interrupt') around.interrupt();
        return;
      }
      case 'stopped':
        send({ type: 'input_audio_buffer.speech_stopped', audio_end_ms: heardMs, item_id: itemId });
        commit();
        if (rules.atEnd === 'respond') around.respond();
        return;
      case undefined:
    }
  };

  const hear = (sound: Sound): void => {
    uncommitted += sound.samples.length;
    for (const level of frames.levels(sound)) judge(level);
  };

  return {
    hear,
    receive(event) {
      switch (event.type) {
        case 'input_audio_buffer.append': {
          const bytes = Buffer.from(event.audio, 'base64');
          hear(decodeSound(bytes, audioInput(currentSession())?.format));
          return;
        }
        case 'input_audio_buffer.clear':
          uncommitted = 0;
          send({ type: 'input_audio_buffer.cleared' });
          return;
        case 'input_audio_buffer.commit':
          if (uncommitted > 0) commit();
          else send(errorEvent(EMPTY, event.event_id));
      }
    },
  };
}
