import type { AudioInput, TurnDetection } from '@realtime-session/protocol';
import type { SpeechThresholds } from '../audio/speech-detector.ts';
import type { SessionConfig } from '../state/session-config.ts';
import type { AnySessionConfig } from '../state/translation-config.ts';

/** How turns are detected, and what happens when one starts and ends. */
export interface TurnRules extends SpeechThresholds {
  readonly onStart: 'interrupt' | 'continue';
  readonly onEnd: 'respond' | 'wait';
  /** Audio from before the speech that belongs to the turn, in milliseconds. */
  readonly paddingMs: number;
}

type DetectionSettings = Pick<TurnRules, 'threshold' | 'silenceMs' | 'paddingMs'>;

/** What live sessions use, where 500 is documented. */
const SILENCE_MS = 200;
const SEMANTIC_SILENCE_MS = 500;
const THRESHOLD = 0.5;
const PADDING_MS = 300;

/** Returns `undefined` for a session without turn detection. */
export function getTurnRules(session: SessionConfig, minSpeechMs: number): TurnRules | undefined {
  const detection = getAudioInput(session)?.turn_detection;
  if (detection === undefined || detection === null) return undefined;
  const { create_response = true, interrupt_response = true } = detection;
  return {
    ...getThresholds(detection),
    minSpeechMs,
    onStart: interrupt_response ? 'interrupt' : 'continue',
    onEnd: create_response && session.type === 'realtime' ? 'respond' : 'wait',
  };
}

/** Returns how long the user can stay silent before the model speaks, in milliseconds, if there is a limit. */
export function getIdleTimeoutMs(session: SessionConfig): number | undefined {
  const detection = session.type === 'realtime' ? getAudioInput(session)?.turn_detection : undefined;
  return detection?.type === 'server_vad' ? (detection.idle_timeout_ms ?? undefined) : undefined;
}

export function getAudioInput(session: AnySessionConfig): AudioInput | undefined {
  return session.audio?.input;
}

function getThresholds(detection: NonNullable<TurnDetection>): DetectionSettings {
  switch (detection.type) {
    case 'server_vad':
      return {
        threshold: detection.threshold ?? THRESHOLD,
        silenceMs: detection.silence_duration_ms ?? SILENCE_MS,
        paddingMs: detection.prefix_padding_ms ?? PADDING_MS,
      };
    case 'semantic_vad':
      return { threshold: THRESHOLD, silenceMs: SEMANTIC_SILENCE_MS, paddingMs: PADDING_MS };
  }
}
