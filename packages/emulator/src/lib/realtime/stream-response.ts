import { setTimeout as delay } from 'node:timers/promises';
import type { CreateId } from '../shared/create-id.ts';
import { toItem } from './items.ts';
import type { AssistantMessage, Item, ItemContent, ItemStore } from './items.ts';
import { audioChunks, closingEvents, textChunks } from './message-chunks.ts';
import type { MessageChunk, Position } from './message-chunks.ts';
import type { ReplyEnding, ReplyItem, ReplyPlan } from './reply-plan.ts';
import type { ResponseInfo, ResponseOutcome } from './response-events.ts';
import type { ResponseLimits } from './response-limits.ts';
import type { SendEvent } from './server-events.ts';

const ARGUMENTS_CHUNK_LENGTH = 12;

/** The media track of a WebRTC call. It sends the client events when playback starts and stops. */
export interface AudioTrack {
  /** Adds audio to a response. */
  play(responseId: string, durationMs: number): void;
  /** Marks the end of a response's audio. */
  finish(responseId: string): void;
  /** Stops playback. */
  clear(): void;
}

export interface ResponseContext {
  readonly response: ResponseInfo;
  /** The conversation that gets the output; `undefined` for a response outside of it. */
  readonly items: ItemStore | undefined;
  readonly plan: ReplyPlan;
  readonly limits: ResponseLimits;
  readonly createId: CreateId;
  readonly send: SendEvent;
  readonly track: AudioTrack | undefined;
  /** Delay between chunks, in milliseconds. */
  readonly paceMs: number;
  /** `real-time`: the delay is one of the network. `clock`: it passes on the emulator's clock. */
  readonly pacing: 'real-time' | 'clock';
  /** Whether audio for the media track is sent in events as well. */
  readonly trackDeltas: 'none' | 'deltas';
  /** Waits on the emulator's clock. */
  readonly wait: (ms: number, signal: AbortSignal) => Promise<void>;
  /** Aborted to cancel the response; the reason is `turn_detected` or `client_cancelled`. */
  readonly signal: AbortSignal;
}

const COMPLETED = { status: 'completed' } as const;

/** Streams the items of a reply in the documented order. A response that ends early still closes every part it opened. */
export async function streamReply(
  context: ResponseContext,
): Promise<{ readonly outcome: ResponseOutcome; readonly output: readonly Item[] }> {
  const { plan, signal, limits } = context;
  if (plan.delayMs !== undefined) await context.wait(plan.delayMs, signal);
  const output: Item[] = [];
  const ending = plan.ending ?? COMPLETED;
  for (const [index, planned] of plan.items.entries()) {
    if (signal.aborted) return { outcome: cancelled(signal), output };
    const isLast = index === plan.items.length - 1;
    const streamed = await streamItem(context, planned, { index, ending: isLast ? ending : COMPLETED });
    output.push(streamed.item);
    if (streamed.outcome.status !== 'completed') return { outcome: streamed.outcome, output };
  }
  if (signal.aborted) return { outcome: cancelled(signal), output };
  return { outcome: limits.endingAfterItem() ?? ending, output };
}

interface Placement {
  readonly index: number;
  /** How the response ends after the item. */
  readonly ending: ReplyEnding;
}

interface StreamedItem {
  readonly item: Item;
  readonly outcome: ResponseOutcome;
}

function streamItem(
  context: ResponseContext,
  planned: ReplyItem,
  placement: Placement,
): Promise<StreamedItem> {
  return planned.kind === 'message'
    ? streamMessage(context, planned.text, placement)
    : streamFunctionCall(context, planned, placement);
}

async function streamMessage(
  context: ResponseContext,
  text: string,
  placement: Placement,
): Promise<StreamedItem> {
  const { response, send } = context;
  const { modality } = response.options;
  const empty: AssistantMessage = { type: 'message', role: 'assistant', content: [] };
  const opened = openItem(context, empty, placement.index);
  const position = {
    response_id: response.id,
    item_id: opened.item.id,
    output_index: placement.index,
    content_index: 0,
  } as const;
  send({ type: 'response.content_part.added', ...position, part: contentPart(modality, '') });
  const { outcome, sentText } = await sendChunks(context, messageChunks(context, position, text), {
    itemId: opened.item.id,
    ending: placement.ending,
  });
  for (const event of closingEvents(position, sentText, modality)) send(event);
  send({ type: 'response.content_part.done', ...position, part: contentPart(modality, sentText) });
  const content: AssistantMessage['content'] = [
    modality === 'audio'
      ? { type: 'output_audio', transcript: sentText }
      : { type: 'output_text', text: sentText },
  ];
  return { item: opened.close({ ...empty, content }, toItemStatus(outcome)), outcome };
}

function messageChunks(
  { response, track, trackDeltas }: ResponseContext,
  position: Position,
  text: string,
): Iterable<MessageChunk> {
  const { modality, format } = response.options;
  if (modality === 'text') return textChunks(position, text);
  const isInEvents = track === undefined || trackDeltas === 'deltas';
  return audioChunks(position, text, isInEvents ? { kind: 'events', format } : { kind: 'track' });
}

async function sendChunks(
  context: ResponseContext,
  chunks: Iterable<MessageChunk>,
  { itemId, ending }: { readonly itemId: string; readonly ending: ReplyEnding },
): Promise<{ outcome: ResponseOutcome; sentText: string }> {
  const { response, items, send, track, limits } = context;
  let sentText = '';
  for (const chunk of chunks) {
    const stopped = await waitForChunk(context, chunk);
    if (stopped !== undefined) return { outcome: stopped, sentText };
    sentText += chunk.text;
    items?.update(itemId, (entry) => ({ ...entry, audioMs: entry.audioMs + chunk.audioMs }));
    for (const event of chunk.events) send(event);
    if (chunk.audioMs > 0) track?.play(response.id, chunk.audioMs);
  }
  return { outcome: limits.endingAfterItem() ?? ending, sentText };
}

/** Waits until a chunk can be sent. Returns how the response ends if it must not be sent. */
async function waitForChunk(
  { paceMs, pacing, wait, signal, limits }: ResponseContext,
  chunk: Pick<MessageChunk, 'text' | 'audioMs'>,
): Promise<ResponseOutcome | undefined> {
  if (pacing === 'real-time') await delay(paceMs, undefined, { signal }).catch(() => undefined);
  else if (paceMs > 0) await wait(paceMs, signal);
  return signal.aborted ? cancelled(signal) : limits.take(chunk);
}

function contentPart(
  modality: 'audio' | 'text',
  text: string,
): { type: 'audio'; transcript: string } | { type: 'text'; text: string } {
  return modality === 'audio' ? { type: 'audio', transcript: text } : { type: 'text', text };
}

async function streamFunctionCall(
  context: ResponseContext,
  { name, args }: Extract<ReplyItem, { kind: 'function-call' }>,
  { index, ending }: Placement,
): Promise<StreamedItem> {
  const { response, send, limits } = context;
  const call_id = context.createId('call');
  const call = { type: 'function_call', name, call_id } as const;
  const opened = openItem(context, { ...call, arguments: '' }, index);
  const position = { response_id: response.id, item_id: opened.item.id, output_index: index, call_id };
  let sent = '';
  let outcome: ResponseOutcome | undefined;
  while (sent.length < args.length && outcome === undefined) {
    const delta = args.slice(sent.length, sent.length + ARGUMENTS_CHUNK_LENGTH);
    outcome = await waitForChunk(context, { text: delta, audioMs: 0 });
    if (outcome !== undefined) break;
    sent += delta;
    send({ type: 'response.function_call_arguments.delta', ...position, delta });
  }
  outcome ??= limits.endingAfterItem() ?? ending;
  send({ type: 'response.function_call_arguments.done', ...position, name, arguments: sent });
  return { item: opened.close({ ...call, arguments: sent }, toItemStatus(outcome)), outcome };
}

interface OpenedItem {
  readonly item: Item;
  /** Replaces the item with the finished one. */
  readonly close: (content: ItemContent, status: 'completed' | 'incomplete') => Item;
}

/** Sends the events of an item that starts, and adds it to the conversation of the response. */
function openItem(
  { response, items, createId, send }: ResponseContext,
  content: ItemContent,
  output_index: number,
): OpenedItem {
  const item = toItem({ ...content, status: 'in_progress' }, createId);
  const previous_item_id = items?.insert({ item, audioMs: 0, spokenText: '', isTruncated: false }) ?? null;
  const position = { response_id: response.id, output_index };
  send({ type: 'response.output_item.added', ...position, item });
  if (items !== undefined) send({ type: 'conversation.item.added', previous_item_id, item });
  return {
    item,
    close(finishedContent, status) {
      const finished = toItem({ ...finishedContent, id: item.id, status }, createId);
      items?.update(item.id, (entry) => (entry.isTruncated ? entry : { ...entry, item: finished }));
      send({ type: 'response.output_item.done', ...position, item: finished });
      if (items !== undefined) send({ type: 'conversation.item.done', previous_item_id, item: finished });
      return finished;
    },
  };
}

function toItemStatus({ status }: ResponseOutcome): 'completed' | 'incomplete' {
  return status === 'completed' ? 'completed' : 'incomplete';
}

function cancelled(signal: AbortSignal): ResponseOutcome {
  const reason = signal.reason === 'turn_detected' ? 'turn_detected' : 'client_cancelled';
  return { status: 'cancelled', reason };
}
