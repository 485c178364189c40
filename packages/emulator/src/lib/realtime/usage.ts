import type { RealtimeResponseUsage } from 'openai/resources/realtime/realtime';
import type { ItemEntry } from './items.ts';
import type { TokenCounts } from './reply-plan.ts';
import type { ResponseOptions } from './response-options.ts';

/** Numbers of tokens by kind. */
export interface Tokens {
  readonly text: number;
  readonly audio: number;
  readonly image: number;
}

export const NO_TOKENS: Tokens = { text: 0, audio: 0, image: 0 };

const CHARACTERS_PER_TOKEN = 4;
/** As documented: one token per 100 ms of the user's audio, and per 50 ms of the assistant's. */
const USER_TOKEN_MS = 100;
const ASSISTANT_TOKEN_MS = 50;
const IMAGE_TOKENS = 765;
const LOW_DETAIL_IMAGE_TOKENS = 85;
/** The cache works in blocks of this size. */
const CACHE_BLOCK_TOKENS = 64;

export function countTextTokens(text: string): number {
  return Math.ceil(text.length / CHARACTERS_PER_TOKEN);
}

export function countUserAudioTokens(audioMs: number): number {
  return Math.ceil(audioMs / USER_TOKEN_MS);
}

export function countAssistantAudioTokens(audioMs: number): number {
  return Math.ceil(audioMs / ASSISTANT_TOKEN_MS);
}

export function addTokens(a: Tokens, b: Tokens): Tokens {
  return { text: a.text + b.text, audio: a.audio + b.audio, image: a.image + b.image };
}

/** Counts what the model reads before it responds: instructions, tools and the items of the context. */
export function countInput(context: readonly ItemEntry[], options: ResponseOptions): Tokens {
  const tools = options.tools.length === 0 ? '' : JSON.stringify(options.tools);
  const fixed = countTextTokens(options.instructions) + countTextTokens(tools);
  return context.map(countItem).reduce(addTokens, { ...NO_TOKENS, text: fixed });
}

/** Returns the part of the input that is cached, when `known` is what the model has read and written before. */
export function countCached(input: Tokens, known: Tokens): Tokens {
  const count = (kind: keyof Tokens): number =>
    Math.floor(Math.min(input[kind], known[kind]) / CACHE_BLOCK_TOKENS) * CACHE_BLOCK_TOKENS;
  return { text: count('text'), audio: count('audio'), image: count('image') };
}

function countItem({ item, audioMs }: ItemEntry): Tokens {
  switch (item.type) {
    case 'message': {
      const parts = item.content.map(countPart).reduce(addTokens, NO_TOKENS);
      const audio = item.role === 'user' ? countUserAudioTokens(audioMs) : countAssistantAudioTokens(audioMs);
      return { ...parts, audio };
    }
    case 'function_call':
      return { ...NO_TOKENS, text: countTextTokens(item.name) + countTextTokens(item.arguments) };
    case 'function_call_output':
      return { ...NO_TOKENS, text: countTextTokens(item.output) };
    default:
      return { ...NO_TOKENS, text: countTextTokens(JSON.stringify(item)) };
  }
}

type Part = Extract<ItemEntry['item'], { type: 'message' }>['content'][number];

function countPart(part: Part): Tokens {
  switch (part.type) {
    case 'input_text':
    case 'output_text':
      return { ...NO_TOKENS, text: countTextTokens(part.text) };
    case 'output_audio':
      return { ...NO_TOKENS, text: countTextTokens(part.transcript ?? '') };
    case 'input_image':
      return { ...NO_TOKENS, image: part.detail === 'low' ? LOW_DETAIL_IMAGE_TOKENS : IMAGE_TOKENS };
    case 'input_audio':
      return NO_TOKENS;
  }
}

/** Builds the `usage` member of `response.done`. The sums always match their parts. */
export function toUsage(counts: TokenCounts): RealtimeResponseUsage {
  const input_tokens = counts.inputText + counts.inputAudio + counts.inputImage;
  const output_tokens = counts.outputText + counts.outputAudio;
  return {
    total_tokens: input_tokens + output_tokens,
    input_tokens,
    output_tokens,
    input_token_details: {
      text_tokens: counts.inputText,
      audio_tokens: counts.inputAudio,
      image_tokens: counts.inputImage,
      cached_tokens: counts.cachedText + counts.cachedAudio + counts.cachedImage,
      cached_tokens_details: {
        text_tokens: counts.cachedText,
        audio_tokens: counts.cachedAudio,
        image_tokens: counts.cachedImage,
      },
    },
    output_token_details: { text_tokens: counts.outputText, audio_tokens: counts.outputAudio },
  };
}
