import type { ApiErrorDetail } from '@realtime-session/protocol';
import type { Timers } from './timers.ts';

const BYTES_PER_MS = 48;
const MAX_MS = 30_000;

/** A clip that a server plays in place of the model. */
export interface FixturePlayer {
  readonly isPlaying: boolean;
  /** Plays a clip, base64, or returns what is wrong with it. Calls `onPlayed` at its end. */
  play(audio: string, onPlayed: () => void): ApiErrorDetail | undefined;
}

export function createFixturePlayer(timers: Timers): FixturePlayer {
  let isPlaying = false;
  return {
    get isPlaying() {
      return isPlaying;
    },
    play(audio, onPlayed) {
      const bytes = Buffer.byteLength(audio, 'base64');
      if (bytes === 0 || bytes % 2 !== 0 || bytes > MAX_MS * BYTES_PER_MS)
        return {
          message: `Invalid value for 'audio': must be raw mono PCM16 at 24 kHz, at most ${String(MAX_MS / 1000)} seconds.`,
          param: 'audio',
          code: 'invalid_audio',
        };
      if (isPlaying) return { message: 'Another audio fixture is active.', code: 'invalid_value' };
      isPlaying = true;
      timers.after(bytes / BYTES_PER_MS, () => {
        isPlaying = false;
        onPlayed();
      });
      return undefined;
    },
  };
}
