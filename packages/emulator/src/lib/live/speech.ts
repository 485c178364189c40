import type { AudioChunk } from '../audio/codec.ts';
import { createLevelMeter, createSpeechDetector, FRAME_MS } from '../audio/speech-detector.ts';
import type { ReplyPlanner } from '../realtime/reply-plan.ts';
import type { CreateId } from '../shared/create-id.ts';
import type { UserTurn } from './conversation.ts';

/** Live has no settings for it. */
const THRESHOLD = 0.5;
const SILENCE_MS = 200;

export interface SpeechOptions {
  readonly createId: CreateId;
  readonly planner: ReplyPlanner;
  /** Shortest audio that counts as speech, in milliseconds. */
  readonly minSpeechMs: number;
  readonly onStart: () => void;
  readonly onTurn: (turn: UserTurn) => void;
}

/** Detects what the user says in the input audio by its loudness. */
export interface LiveSpeech {
  receive(chunk: AudioChunk): void;
  /** The model does not hear the input while it is muted. */
  setInput(state: 'muted' | 'heard'): void;
}

export function createLiveSpeech({ createId, planner, minSpeechMs, ...options }: SpeechOptions): LiveSpeech {
  const meter = createLevelMeter();
  const detector = createSpeechDetector();
  let state: 'muted' | 'heard' = 'heard';
  let passedMs = 0;
  let startMs = 0;
  const receiveFrame = (level: number): void => {
    passedMs += FRAME_MS;
    const thresholds = { threshold: THRESHOLD, minSpeechMs, silenceMs: SILENCE_MS };
    const transition = detector.update(state === 'muted' ? 0 : level, thresholds);
    if (transition === 'started') {
      startMs = Math.max(0, passedMs - minSpeechMs);
      options.onStart();
    }
    if (transition !== 'stopped') return;
    const id = createId('item');
    const endMs = Math.max(startMs, passedMs - SILENCE_MS);
    const text = planner.transcribe({ itemId: id, audioMs: endMs - startMs });
    const content = [{ type: 'input_audio', transcript: text }] as const;
    options.onTurn({ item: { id, type: 'message', role: 'user', content }, text, startMs, endMs });
  };
  return {
    receive: (chunk) => meter.measure(chunk).forEach(receiveFrame),
    setInput(next) {
      state = next;
    },
  };
}
