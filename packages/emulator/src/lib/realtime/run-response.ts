import type { Fault } from '../faults/catalog.ts';
import type { CreateId } from '../shared/create-id.ts';
import { errorEvent } from './events.ts';
import type { ItemEntry, ItemStore } from './items.ts';
import { createRateLimits } from './rate-limits.ts';
import type { ReplyPlan, TokenCounts } from './reply-plan.ts';
import { toResponseObject } from './response-events.ts';
import type { ResponseInfo } from './response-events.ts';
import { applyResponseFault } from './response-faults.ts';
import { createResponseLimits } from './response-limits.ts';
import type { SendEvent } from './server-events.ts';
import { streamReply } from './stream-response.ts';
import type { AudioTrack, ResponseContext } from './stream-response.ts';
import { addTokens, countCached, countInput, NO_TOKENS, toUsage } from './usage.ts';
import type { Tokens } from './usage.ts';

export interface ResponseRunnerOptions {
  readonly createId: CreateId;
  readonly send: SendEvent;
  readonly items: ItemStore;
  /** The media track of a WebRTC call; without one, audio is sent in events. */
  readonly track: AudioTrack | undefined;
  /** Delay between the chunks of a response, in milliseconds. */
  readonly paceMs: number;
  /** `real-time`: the delay is one of the network. `clock`: it passes on the emulator's clock. */
  readonly pacing: ResponseContext['pacing'];
  /** Whether audio for the media track is sent in events as well. */
  readonly trackDeltas: ResponseContext['trackDeltas'];
  /** The emulator's time, in milliseconds since 1970. */
  readonly nowMs: () => number;
  /** Waits on the emulator's clock. */
  readonly wait: ResponseContext['wait'];
  /** Returns the fault to apply to a response, if any, and counts it as applied. */
  readonly takeFault: () => Fault | undefined;
}

export interface ResponseRun {
  readonly response: ResponseInfo;
  /** What the model reads. */
  readonly context: readonly ItemEntry[];
  readonly reply: ReplyPlan;
  readonly signal: AbortSignal;
  /** Called with the first audio. */
  readonly onAudio: () => void;
  /** Called before `response.done`. */
  readonly onEnd: () => void;
}

/** Runs responses from `response.created` to `response.done`. Resolves with the length of the audio, in milliseconds. */
export type ResponseRunner = (run: ResponseRun) => Promise<number>;

export function createResponseRunner(options: ResponseRunnerOptions): ResponseRunner {
  const { send, items, track } = options;
  const rateLimits = createRateLimits(options.nowMs);
  let knownTokens = NO_TOKENS;

  return async ({ response, context, reply, signal, onAudio, onEnd }) => {
    const { conversation, maxOutputTokens } = response.options;
    const { plan, cut } = applyResponseFault(reply, options.takeFault());
    const limits = createResponseLimits({ maxOutputTokens, cut, onAudio });
    const input = countInput(context, response.options);
    const cached = conversation === 'auto' ? countCached(input, knownTokens) : NO_TOKENS;
    send({ type: 'response.created', response: toResponseObject(response, undefined) });
    send(rateLimits.reserve(maxOutputTokens));
    const placement = conversation === 'auto' ? items : undefined;
    const stream = { ...options, response, items: placement, plan, limits, signal };
    const { outcome, output } = await streamReply(stream);
    onEnd();
    track?.finish(response.id);
    if (outcome === cut && outcome.status === 'failed') send(errorEvent(outcome.error));
    const usage = toUsage({ ...toCounts(input, cached, limits.tokens()), ...plan.usage });
    send({ type: 'response.done', response: toResponseObject(response, { outcome, output, usage }) });
    send(rateLimits.settle(maxOutputTokens, usage.total_tokens ?? 0));
    if (conversation === 'auto') knownTokens = addTokens(input, limits.tokens());
    return limits.audioMs();
  };
}

function toCounts(input: Tokens, cached: Tokens, output: Tokens): TokenCounts {
  return {
    inputText: input.text,
    inputAudio: input.audio,
    inputImage: input.image,
    cachedText: cached.text,
    cachedAudio: cached.audio,
    cachedImage: cached.image,
    outputText: output.text,
    outputAudio: output.audio,
  };
}
