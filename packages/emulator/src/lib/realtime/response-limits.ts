import type { MessageChunk } from './message-chunks.ts';
import type { ReplyEnding } from './reply-plan.ts';
import { addTokens, countAssistantAudioTokens, countTextTokens, NO_TOKENS } from './usage.ts';
import type { Tokens } from './usage.ts';

/** Counts what a response writes, and ends it early. */
export interface ResponseLimits {
  /** Counts a chunk. Returns how the response ends if it must end before this chunk. */
  take(chunk: Pick<MessageChunk, 'text' | 'audioMs'>): ReplyEnding | undefined;
  /** Returns how the response ends after the current item, if it ends early. */
  endingAfterItem(): ReplyEnding | undefined;
  tokens(): Tokens;
  /** Length of the audio, in milliseconds. */
  audioMs(): number;
}

export interface LimitOptions {
  readonly maxOutputTokens: number | 'inf';
  /** Ends the response this way after its first chunk. */
  readonly cut: ReplyEnding | undefined;
  /** Called with the first audio. */
  readonly onAudio: () => void;
}

const OVER_LIMIT = { status: 'incomplete', reason: 'max_output_tokens' } as const;

export function createResponseLimits({ maxOutputTokens, cut, onAudio }: LimitOptions): ResponseLimits {
  const limit = maxOutputTokens === 'inf' ? Infinity : maxOutputTokens;
  let tokens = NO_TOKENS;
  let audioMs = 0;
  return {
    take(chunk) {
      if (cut !== undefined && tokens.text > 0) return cut;
      const next = addTokens(tokens, {
        text: countTextTokens(chunk.text),
        audio: countAssistantAudioTokens(chunk.audioMs),
        image: 0,
      });
      if (next.text + next.audio > limit) return OVER_LIMIT;
      tokens = next;
      if (audioMs === 0 && chunk.audioMs > 0) onAudio();
      audioMs += chunk.audioMs;
      return undefined;
    },
    endingAfterItem: () => cut,
    tokens: () => tokens,
    audioMs: () => audioMs,
  };
}
