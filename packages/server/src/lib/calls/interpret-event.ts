import { isRecord, readMember } from '../validate.ts';
import type { UnknownRecord } from '../validate.ts';
import type { CallSignal, FunctionCall, InterpretedCall } from './call-upstream.ts';

function textOf(record: UnknownRecord, key: string): string | undefined {
  const value = readMember(record, key);
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function recordOf(record: UnknownRecord | undefined, key: string): UnknownRecord | undefined {
  const value = record === undefined ? undefined : readMember(record, key);
  return isRecord(value) ? value : undefined;
}

function transcriptionModel(session: UnknownRecord | undefined): string | undefined {
  const transcription = recordOf(recordOf(recordOf(session, 'audio'), 'input'), 'transcription');
  return transcription && textOf(transcription, 'model');
}

/** The name under which something is billed whose model is not known: `cost` has no price for it. */
const UNKNOWN_MODEL = 'unknown';

const SPEECH = 'speech';

function playbackKey(event: UnknownRecord): string {
  return `playback:${textOf(event, 'response_id') ?? ''}`;
}

function started(key: string): CallSignal {
  return { type: 'activity', change: 'started', key };
}

function stopped(key: string): CallSignal {
  return { type: 'activity', change: 'stopped', key };
}

/** Whether a response belongs to the conversation. With `conversation: 'none'`, its id is `null`. */
function isInConversation(response: UnknownRecord): boolean {
  return readMember(response, 'conversation_id') !== null;
}

function responseCreated(event: UnknownRecord): readonly CallSignal[] {
  const response = recordOf(event, 'response');
  const responseId = response && textOf(response, 'id');
  if (responseId === undefined || response === undefined) return [];
  const signals = [started(`response:${responseId}`)];
  return isInConversation(response) ? [...signals, { type: 'response-started', responseId }] : signals;
}

/** Reads a function call that the model has finished. An interrupted one has incomplete arguments. */
function toFunctionCall(item: unknown): FunctionCall | undefined {
  if (!isRecord(item) || readMember(item, 'type') !== 'function_call') return undefined;
  if ((readMember(item, 'status') ?? 'completed') !== 'completed') return undefined;
  const callId = textOf(item, 'call_id');
  const name = textOf(item, 'name');
  if (callId === undefined || name === undefined) return undefined;
  return { callId, name, arguments: textOf(item, 'arguments') ?? '' };
}

function functionCalls(response: UnknownRecord): readonly FunctionCall[] {
  const output = readMember(response, 'output');
  if (!Array.isArray(output) || !isInConversation(response)) return [];
  return output.map(toFunctionCall).filter((call) => call !== undefined);
}

function responseDone(event: UnknownRecord, { model, session }: InterpretedCall): readonly CallSignal[] {
  const response = recordOf(event, 'response');
  const responseId = response && textOf(response, 'id');
  if (responseId === undefined || response === undefined) return [];
  const key = `response:${responseId}`;
  const usage = recordOf(response, 'usage');
  const usedModel = (session && textOf(session, 'model')) ?? model ?? UNKNOWN_MODEL;
  return [
    ...(usage === undefined
      ? []
      : [{ type: 'usage', key, usage: { type: 'response', model: usedModel, usage } } as const]),
    { type: 'response-done', responseId, functionCalls: functionCalls(response) },
    stopped(key),
  ];
}

function transcriptionCompleted(event: UnknownRecord, { session }: InterpretedCall): readonly CallSignal[] {
  const itemId = textOf(event, 'item_id');
  if (itemId === undefined) return [];
  const index = readMember(event, 'content_index');
  const usage = recordOf(event, 'usage');
  const text = textOf(event, 'transcript');
  const model = transcriptionModel(session) ?? UNKNOWN_MODEL;
  const key = `transcription:${itemId}:${typeof index === 'number' ? index : 0}`;
  return [
    ...(usage === undefined
      ? []
      : [{ type: 'usage', key, usage: { type: 'transcription', model, usage } } as const]),
    ...(text === undefined ? [] : [{ type: 'transcript', role: 'user', text, itemId } as const]),
  ];
}

/** What the model said or wrote. */
function assistantText(event: UnknownRecord, key: 'transcript' | 'text'): readonly CallSignal[] {
  const itemId = textOf(event, 'item_id');
  const text = textOf(event, key);
  return itemId === undefined || text === undefined
    ? []
    : [{ type: 'transcript', role: 'assistant', text, itemId }];
}

/** What a user typed. */
function typedText(item: UnknownRecord): readonly CallSignal[] {
  const itemId = textOf(item, 'id');
  const content = readMember(item, 'content');
  if (readMember(item, 'role') !== 'user' || itemId === undefined || !Array.isArray(content)) return [];
  return content.flatMap((part: unknown): CallSignal[] => {
    const isTyped = isRecord(part) && readMember(part, 'type') === 'input_text';
    const text = isTyped ? textOf(part, 'text') : undefined;
    return text === undefined ? [] : [{ type: 'transcript', role: 'user', text, itemId }];
  });
}

function itemAdded(event: UnknownRecord): readonly CallSignal[] {
  const item = recordOf(event, 'item');
  if (item === undefined) return [];
  const callId = readMember(item, 'type') === 'function_call_output' ? textOf(item, 'call_id') : undefined;
  // An item that was added is also done, so that one of the two carries the text.
  const texts = readMember(event, 'type') === 'conversation.item.done' ? typedText(item) : [];
  return [
    { type: 'touched' },
    ...(callId === undefined ? [] : [{ type: 'function-output', callId } as const]),
    ...texts,
  ];
}

function sessionSignal(event: UnknownRecord): readonly CallSignal[] {
  const session = recordOf(event, 'session');
  return session === undefined ? [] : [{ type: 'session', session }];
}

function errorSignal(event: UnknownRecord): readonly CallSignal[] {
  const error = recordOf(event, 'error');
  return error !== undefined && readMember(error, 'code') === 'session_expired'
    ? [{ type: 'ended', detail: 'session_expired', by: 'provider', proof: 'no' }]
    : [];
}

type Interpret = (event: UnknownRecord, call: InterpretedCall) => readonly CallSignal[];

const interpreters: ReadonlyMap<unknown, Interpret> = new Map<unknown, Interpret>([
  ['session.created', sessionSignal],
  ['session.updated', sessionSignal],
  ['response.created', responseCreated],
  ['response.done', responseDone],
  ['output_audio_buffer.started', (event) => [started(playbackKey(event))]],
  ['output_audio_buffer.stopped', (event) => [stopped(playbackKey(event))]],
  ['output_audio_buffer.cleared', (event) => [stopped(playbackKey(event))]],
  ['input_audio_buffer.speech_started', () => [started(SPEECH)]],
  ['input_audio_buffer.speech_stopped', () => [stopped(SPEECH)]],
  ['input_audio_buffer.committed', () => [{ type: 'touched' }, stopped(SPEECH)]],
  ['conversation.item.created', itemAdded],
  ['conversation.item.added', itemAdded],
  ['conversation.item.done', itemAdded],
  ['conversation.item.input_audio_transcription.completed', transcriptionCompleted],
  ['response.output_audio_transcript.done', (event) => assistantText(event, 'transcript')],
  ['response.output_text.done', (event) => assistantText(event, 'text')],
  ['error', errorSignal],
]);

/**
 * Translates an event of a Realtime session. What an id or a known type is missing from, is ignored. The key of usage is the
 * same when the event is repeated.
 */
export function interpretEvent(event: UnknownRecord, call: InterpretedCall): readonly CallSignal[] {
  return interpreters.get(readMember(event, 'type'))?.(event, call) ?? [];
}
