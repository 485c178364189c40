import type { AudioInput, TurnDetection } from '@realtime-session/protocol';
import type { EffectiveSession } from '../session/effective-session.ts';
import type { SpeechRules } from './speech-detector.ts';

/** How turns are told apart, and what happens at their edges. */
export interface TurnRules extends SpeechRules {
  /** Whether a response is made when a turn ends. */
  readonly atEnd: 'respond' | 'wait';
  /** Whether the response that is being made stops when a turn begins. */
  readonly atStart: 'interrupt' | 'go-on';
}

/** What the live API answers with, where 500 is documented. */
const SILENCE_MS = 200;
const SEMANTIC_SILENCE_MS = 500;
const THRESHOLD = 0.5;

/**
 * The turn detection of a session, `undefined` when it has none.
 *
 * @param session - The session as it is now.
 * @param minSpeechMs - Shortest sound that is speech, in milliseconds.
 */
export function turnRules(session: EffectiveSession, minSpeechMs: number): TurnRules | undefined {
  const detection = audioInput(session)?.turn_detection;
  if (detection === undefined || detection === null) return undefined;
  return { ...edges(session, detection), ...loudness(detection), minSpeechMs };
}

/**
 * `audio.input` of a session.
 *
 * @param session - The session as it is now.
 */
export function audioInput(session: EffectiveSession): AudioInput | undefined {
  return session.audio?.input;
}

function edges(
  { type }: EffectiveSession,
  { create_response = true, interrupt_response = true }: NonNullable<TurnDetection>,
): Pick<TurnRules, 'atEnd' | 'atStart'> {
  return {
    atEnd: create_response && type === 'realtime' ? 'respond' : 'wait',
    atStart: interrupt_response ? 'interrupt' : 'go-on',
  };
}

function loudness(detection: NonNullable<TurnDetection>): Pick<SpeechRules, 'threshold' | 'silenceMs'> {
  switch (detection.type) {
    case 'server_vad':
      return {
        threshold: detection.threshold ?? THRESHOLD,
        silenceMs: detection.silence_duration_ms ?? SILENCE_MS,
      };
    case 'semantic_vad':
      return { threshold: THRESHOLD, silenceMs: SEMANTIC_SILENCE_MS };
  }
}
