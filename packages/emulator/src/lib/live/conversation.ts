import type { ApiErrorDetail } from '@realtime-session/protocol';
import type { CallTrack } from '../calls/call-track.ts';
import type { ServerEvent } from '../realtime/events.ts';
import { createItemStore, findLatestInput, toItem } from '../realtime/items.ts';
import type { ItemContent, ItemStore } from '../realtime/items.ts';
import { splitWords, TONE_CHUNK_MS } from '../realtime/message-chunks.ts';
import type { ReplyItem, ReplyPlan, ReplyPlanner } from '../realtime/reply-plan.ts';
import type { ResponseOptions } from '../realtime/response-options.ts';
import { toVoiceName } from '../realtime/response-options.ts';
import type { CreateId } from '../shared/create-id.ts';
import type { LiveInput } from './input.ts';
import { liveErrorEvent } from './live-error.ts';
import type { LiveSessionResource } from './live-session.ts';

/** A function that the model wants to have called. */
export type PlannedCall = Extract<ReplyItem, { kind: 'function-call' }>;

export interface ConversationOptions {
  readonly createId: CreateId;
  readonly planner: ReplyPlanner;
  readonly input: LiveInput;
  readonly track: CallTrack;
  readonly getSession: () => LiveSessionResource;
  readonly send: (event: ServerEvent) => void;
  /** Waits on the emulator's clock, unless it is for 0 ms. */
  readonly wait: (ms: number, signal: AbortSignal) => Promise<void>;
  /** Waits between two words. */
  readonly pace: (signal: AbortSignal) => Promise<void>;
  /** Hands work over that the model does not do itself. */
  readonly delegate: (call: PlannedCall, usage: ReplyPlan['usage']) => void;
}

/** What the user said. */
export interface UserTurn {
  /** The message that the model reads. */
  readonly item: ItemContent;
  readonly text: string;
  /** When it started and ended on the clock of the session, in milliseconds. */
  readonly startMs: number;
  readonly endMs: number;
}

/** What the user and the model say: both are transcribed, and the model stops when the user starts to speak. */
export class LiveConversation {
  readonly items: ItemStore = createItemStore();
  readonly #options: ConversationOptions;
  #speech = new AbortController();
  /** When the model has finished to speak, as far as it is known. */
  #spokenUntilMs = 0;
  #state: 'open' | 'closing' = 'open';

  constructor(options: ConversationOptions) {
    this.#options = options;
  }

  /** The user has said something. */
  hear({ item, text, startMs, endMs }: UserTurn): void {
    if (this.#state === 'closing') return;
    const { createId, send } = this.#options;
    const words = splitWords(text);
    const wordMs = (endMs - startMs) / Math.max(1, words.length);
    for (const [index, delta] of words.entries())
      send({
        type: 'session.input_transcript.delta',
        delta,
        start_ms: Math.round(startMs + index * wordMs),
        end_ms: Math.round(startMs + (index + 1) * wordMs),
      });
    this.items.insert({
      item: toItem(item, createId),
      audioMs: endMs - startMs,
      spokenText: text,
      isTruncated: false,
    });
    void this.#answer();
  }

  /** Plans a reply to the newest input, or returns the error that is sent in its place. */
  plan(): ReplyPlan | { readonly error: ApiErrorDetail } {
    const { planner, getSession } = this.#options;
    const context = [...this.items.list()];
    return planner.planReply({
      input: findLatestInput(context),
      context,
      options: toResponseOptions(getSession()),
    });
  }

  async #answer(): Promise<void> {
    const plan = this.plan();
    if ('error' in plan) {
      this.#options.send(liveErrorEvent(plan.error, undefined));
      return;
    }
    const { signal } = this.#restart();
    await this.#options.wait(plan.delayMs ?? 0, signal);
    for (const item of plan.items) {
      if (signal.aborted) return;
      if (item.kind === 'message') await this.#speak(item.text, signal);
      else this.#options.delegate(item, plan.usage);
    }
  }

  /** The model says something, in place of what it says now. */
  async say(text: string): Promise<void> {
    if (this.#state === 'open') await this.#speak(text, this.#restart().signal);
  }

  async #speak(text: string, signal: AbortSignal): Promise<void> {
    const { createId, send, track, input, pace } = this.#options;
    const id = createId('speech');
    for (const delta of splitWords(text)) {
      await pace(signal);
      if (signal.aborted) break;
      const startMs = Math.max(this.#spokenUntilMs, Math.round(input.nowMs()));
      this.#spokenUntilMs = startMs + TONE_CHUNK_MS;
      send({
        type: 'session.output_transcript.delta',
        delta,
        start_ms: startMs,
        end_ms: this.#spokenUntilMs,
      });
      track.play(id, TONE_CHUNK_MS);
    }
    track.finish(id);
  }

  /** The user has started to speak. */
  interrupt(): void {
    this.#speech.abort();
    this.#options.track.clear();
    this.#spokenUntilMs = 0;
  }

  /** The session closes: the model starts nothing more. */
  close(): void {
    this.#state = 'closing';
  }

  /** The session has ended. */
  stop(): void {
    this.close();
    this.#speech.abort();
    this.#options.track.close();
  }

  #restart(): AbortController {
    this.#speech.abort();
    this.#speech = new AbortController();
    return this.#speech;
  }
}

/** The settings of a response that plan what the model says. The model calls functions through its delegation only. */
function toResponseOptions({ instructions, audio, delegation }: LiveSessionResource): ResponseOptions {
  const tools = delegation?.type === 'responses' ? (delegation.responses.tools ?? []) : [];
  return {
    conversation: 'auto',
    modality: 'audio',
    instructions: instructions ?? '',
    tools: tools.flatMap((tool) =>
      tool.type === 'function'
        ? [{ type: 'function', name: tool.name, parameters: tool.parameters ?? {} }]
        : [],
    ),
    toolChoice: 'auto',
    functionCalls: 'many',
    maxOutputTokens: 'inf',
    metadata: null,
    voice: toVoiceName(audio?.output?.voice),
    format: { type: 'audio/pcm', rate: 24_000 },
  };
}
