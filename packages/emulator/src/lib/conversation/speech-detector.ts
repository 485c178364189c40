/** How loud, and for how long, sound has to be to count as speech. */
export interface SpeechRules {
  /** Threshold of the turn detection, 0..1. */
  readonly threshold: number;
  /** Shortest sound that is speech, in milliseconds. */
  readonly minSpeechMs: number;
  /** Silence that ends it, in milliseconds. */
  readonly silenceMs: number;
}

/** Tells speech from silence by loudness alone. */
export interface SpeechDetector {
  /** Takes the loudness of the next stretch of sound; says what changed. */
  step(level: number, lengthMs: number, rules: SpeechRules): 'started' | 'stopped' | undefined;
}

/** Loudness, as a share of full scale, that a threshold of 1 asks for. The default threshold of 0.5 asks for -34 dB. */
const LEVEL_AT_FULL_THRESHOLD = 0.04;

/** A detector that has heard nothing. */
export function createSpeechDetector(): SpeechDetector {
  let speaking = false;
  let loudMs = 0;
  let quietMs = 0;
  return {
    step(level, lengthMs, rules) {
      const loud = level >= rules.threshold * LEVEL_AT_FULL_THRESHOLD;
      loudMs = loud ? loudMs + lengthMs : 0;
      quietMs = loud ? 0 : quietMs + lengthMs;
      if (!speaking && loudMs >= rules.minSpeechMs) {
        speaking = true;
        return 'started';
      }
      if (speaking && quietMs >= rules.silenceMs) {
        speaking = false;
        return 'stopped';
      }
      return undefined;
    },
  };
}
