import { setTimeout as delay } from 'node:timers/promises';
import { createId } from '../shared/create-id.ts';
import type { Reply } from './choose-reply.ts';
import type { Send } from './events.ts';
import type { Item, ItemStore } from './items.ts';
import { audioChunks, textChunks, toResponseObject } from './response-events.ts';
import type { MessageChunk, Position, ResponseInfo, ResponseOutcome } from './response-events.ts';

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
  readonly items: ItemStore;
  readonly reply: Reply;
  readonly send: Send;
  readonly track: AudioTrack | undefined;
  /** Delay between chunks, in milliseconds. */
  readonly paceMs: number;
  /** Aborted to cancel the response; the reason is `turn_detected` or `client_cancelled`. */
  readonly signal: AbortSignal;
}

interface StreamedItem {
  readonly item: Item;
  readonly outcome: ResponseOutcome;
}

/** Sends the events of a response in the documented order. A cancelled response still closes every part it opened. */
export async function streamResponse(context: ResponseContext): Promise<void> {
  const { response, reply, send } = context;
  send({ type: 'response.created', response: toResponseObject(response, undefined, []) });
  const { item, outcome } =
    reply.kind === 'message'
      ? await streamMessage(context, reply.text)
      : await streamFunctionCall(context, reply);
  send({ type: 'response.done', response: toResponseObject(response, outcome, [item]) });
}

/** Sends the events of a response that fails before its first chunk. */
export function failResponse(response: ResponseInfo, send: Send): void {
  send({ type: 'response.created', response: toResponseObject(response, undefined, []) });
  send({ type: 'response.done', response: toResponseObject(response, { status: 'failed' }, []) });
}

async function streamMessage(context: ResponseContext, text: string): Promise<StreamedItem> {
  const { response, send, track } = context;
  const { item, close } = openItem(context, { type: 'message', role: 'assistant', content: [] });
  const position = {
    response_id: response.id,
    item_id: item.id,
    output_index: 0,
    content_index: 0,
  } as const;
  send({ type: 'response.content_part.added', ...position, part: contentPart(response, '') });
  const { outcome, sentText } = await sendChunks(context, messageChunks(context, position, text));
  track?.finish(response.id);
  send({ type: 'response.content_part.done', ...position, part: contentPart(response, sentText) });
  const status = outcome.status === 'completed' ? 'completed' : 'incomplete';
  return { item: close({ status, content: [messageContent(response, sentText)] }), outcome };
}

function messageChunks(
  { response, track }: ResponseContext,
  position: Position,
  text: string,
): Iterable<MessageChunk> {
  if (response.modality === 'text') return textChunks(position, text);
  return audioChunks(position, text, track === undefined ? 'events' : 'track');
}

async function sendChunks(
  context: ResponseContext,
  chunks: Iterable<MessageChunk>,
): Promise<{ outcome: ResponseOutcome; sentText: string }> {
  const { response, send, track, signal } = context;
  let sentText = '';
  for (const chunk of chunks) {
    await waitForPace(context);
    if (signal.aborted) return { outcome: cancelled(signal), sentText };
    if ('audioMs' in chunk) track?.play(response.id, chunk.audioMs);
    else {
      send(chunk.event);
      sentText += chunk.text;
    }
  }
  return { outcome: { status: 'completed' }, sentText };
}

function messageContent({ modality }: ResponseInfo, text: string): object {
  return modality === 'audio' ? { type: 'output_audio', transcript: text } : { type: 'output_text', text };
}

function contentPart({ modality }: ResponseInfo, text: string): object {
  return modality === 'audio' ? { type: 'audio', transcript: text } : { type: 'text', text };
}

async function streamFunctionCall(
  context: ResponseContext,
  { name, args }: Extract<Reply, { kind: 'function-call' }>,
): Promise<StreamedItem> {
  const { response, send, signal } = context;
  const call_id = createId('call');
  const { item, close } = openItem(context, { type: 'function_call', name, call_id, arguments: '' });
  const position = { response_id: response.id, item_id: item.id, output_index: 0, call_id };
  for (let start = 0; start < args.length; start += ARGUMENTS_CHUNK_LENGTH) {
    await waitForPace(context);
    if (signal.aborted) {
      const incomplete = close({ status: 'incomplete', arguments: args.slice(0, start) });
      return { item: incomplete, outcome: cancelled(signal) };
    }
    const delta = args.slice(start, start + ARGUMENTS_CHUNK_LENGTH);
    send({ type: 'response.function_call_arguments.delta', ...position, delta });
  }
  send({ type: 'response.function_call_arguments.done', ...position, name, arguments: args });
  return { item: close({ status: 'completed', arguments: args }), outcome: { status: 'completed' } };
}

/** Adds the item of a response to the conversation. `close` replaces it with the finished item. */
function openItem(
  { response, items, send }: ResponseContext,
  members: Readonly<Record<string, unknown>> & { readonly type: string },
): { readonly item: Item; readonly close: (changes: object) => Item } {
  const { item, previousId } = items.add({ ...members, status: 'in_progress', id: createId('item') });
  const position = { response_id: response.id, output_index: 0 };
  send({ type: 'response.output_item.added', ...position, item });
  send({ type: 'conversation.item.added', previous_item_id: previousId, item });
  return {
    item,
    close(changes) {
      const finished = items.add({ ...item, ...changes }).item;
      send({ type: 'response.output_item.done', ...position, item: finished });
      send({ type: 'conversation.item.done', previous_item_id: previousId, item: finished });
      return finished;
    },
  };
}

async function waitForPace({ paceMs, signal }: ResponseContext): Promise<void> {
  await delay(paceMs, undefined, { signal }).catch(() => undefined);
}

function cancelled(signal: AbortSignal): ResponseOutcome {
  const reason = signal.reason === 'turn_detected' ? 'turn_detected' : 'client_cancelled';
  return { status: 'cancelled', reason };
}
