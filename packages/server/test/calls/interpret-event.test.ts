import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openaiCalls } from '../../src/calls.ts';
import type { CallSignal, InterpretedCall } from '../../src/lib/calls/call-upstream.ts';
import { fuzz, FUZZ_TIMEOUT_MS } from '../support/fuzz.ts';

const upstream = openaiCalls();
const call: InterpretedCall = { model: 'gpt-realtime-2.1', session: undefined };

function interpret(event: Readonly<Record<string, unknown>>, given = call): readonly CallSignal[] {
  return upstream.interpret(event, given);
}

const usage = { total_tokens: 3, input_tokens: 2, output_tokens: 1 };
const functionCall = {
  type: 'function_call',
  status: 'completed',
  call_id: 'call_1',
  name: 'lookup',
  arguments: '{}',
};

describe('interpret', () => {
  it.each<[string, object, readonly object[]]>([
    [
      'a response that starts',
      { type: 'response.created', response: { id: 'resp_1', conversation_id: 'conv_1' } },
      [
        { type: 'activity', change: 'started', key: 'response:resp_1' },
        { type: 'response-started', responseId: 'resp_1' },
      ],
    ],
    [
      'a response outside of the conversation',
      { type: 'response.created', response: { id: 'resp_1', conversation_id: null } },
      [{ type: 'activity', change: 'started', key: 'response:resp_1' }],
    ],
    [
      'a response that ends',
      {
        type: 'response.done',
        response: { id: 'resp_1', status: 'completed', output: [functionCall], usage },
      },
      [
        {
          type: 'usage',
          key: 'response:resp_1',
          usage: { type: 'response', model: 'gpt-realtime-2.1', usage },
        },
        {
          type: 'response-done',
          responseId: 'resp_1',
          functionCalls: [{ callId: 'call_1', name: 'lookup', arguments: '{}' }],
        },
        { type: 'activity', change: 'stopped', key: 'response:resp_1' },
      ],
    ],
    [
      'a response without usage and with calls that are of no use',
      {
        type: 'response.done',
        response: {
          id: 'resp_1',
          usage: null,
          output: [
            { ...functionCall, status: 'incomplete' },
            { ...functionCall, call_id: '' },
            { ...functionCall, name: 7 },
            { type: 'message' },
            null,
          ],
        },
      },
      [
        { type: 'response-done', responseId: 'resp_1', functionCalls: [] },
        { type: 'activity', change: 'stopped', key: 'response:resp_1' },
      ],
    ],
    [
      'function calls of a response outside of the conversation',
      { type: 'response.done', response: { id: 'resp_1', conversation_id: null, output: [functionCall] } },
      [
        { type: 'response-done', responseId: 'resp_1', functionCalls: [] },
        { type: 'activity', change: 'stopped', key: 'response:resp_1' },
      ],
    ],
    ...(['started', 'stopped', 'cleared'] as const).map((change): [string, object, readonly object[]] => [
      `playback that has ${change}`,
      { type: `output_audio_buffer.${change}`, response_id: 'resp_1' },
      [{ type: 'activity', change: change === 'started' ? 'started' : 'stopped', key: 'playback:resp_1' }],
    ]),
    [
      'speech that starts',
      { type: 'input_audio_buffer.speech_started', item_id: 'item_1' },
      [{ type: 'activity', change: 'started', key: 'speech' }],
    ],
    [
      'speech that stops',
      { type: 'input_audio_buffer.speech_stopped', item_id: 'item_1' },
      [{ type: 'activity', change: 'stopped', key: 'speech' }],
    ],
    [
      'speech that is committed',
      { type: 'input_audio_buffer.committed', item_id: 'item_1' },
      [{ type: 'touched' }, { type: 'activity', change: 'stopped', key: 'speech' }],
    ],
    [
      'a session',
      { type: 'session.updated', session: { model: 'x' } },
      [{ type: 'session', session: { model: 'x' } }],
    ],
    [
      'the output of a function',
      { type: 'conversation.item.added', item: { type: 'function_call_output', call_id: 'call_1' } },
      [{ type: 'touched' }, { type: 'function-output', callId: 'call_1' }],
    ],
    [
      'a typed message',
      {
        type: 'conversation.item.done',
        item: {
          id: 'item_1',
          type: 'message',
          role: 'user',
          content: [{ type: 'input_text', text: 'Hi' }, null],
        },
      },
      [{ type: 'touched' }, { type: 'transcript', role: 'user', text: 'Hi', itemId: 'item_1' }],
    ],
    [
      'what the model said',
      { type: 'response.output_audio_transcript.done', item_id: 'item_1', transcript: 'Hello' },
      [{ type: 'transcript', role: 'assistant', text: 'Hello', itemId: 'item_1' }],
    ],
    [
      'what the model wrote',
      { type: 'response.output_text.done', item_id: 'item_1', text: 'Hello' },
      [{ type: 'transcript', role: 'assistant', text: 'Hello', itemId: 'item_1' }],
    ],
    [
      'the end of the call',
      { type: 'error', error: { code: 'session_expired' } },
      [{ type: 'ended', detail: 'session_expired', by: 'provider', proof: 'no' }],
    ],
    ['another error', { type: 'error', error: { code: null } }, []],
    ['an unknown event', { type: 'future.event', response: { id: 'x' } }, []],
    ['an inherited name', { type: 'constructor' }, []],
    ['an event without a type', {}, []],
    ['a response without an id', { type: 'response.done', response: { usage } }, []],
  ])('understands %s', (_what, event, signals) => {
    expect(interpret({ ...event })).toEqual(signals);
  });

  const transcribed = {
    type: 'conversation.item.input_audio_transcription.completed',
    item_id: 'item_1',
    content_index: 1,
    transcript: 'Good morning',
    usage: { type: 'duration', seconds: 3 },
  };

  it.each([
    [{ audio: { input: { transcription: { model: 'gpt-transcribe' } } } }, 'gpt-transcribe'],
    [{ audio: { input: { transcription: null } } }, 'unknown'],
    [undefined, 'unknown'],
  ])('bills a transcription to the model of the session %j', (session, model) => {
    expect(interpret(transcribed, { ...call, session })).toEqual([
      {
        type: 'usage',
        key: 'transcription:item_1:1',
        usage: { type: 'transcription', model, usage: transcribed.usage },
      },
      { type: 'transcript', role: 'user', text: 'Good morning', itemId: 'item_1' },
    ]);
  });

  it('bills a response to the model that the session names', () => {
    const event = { type: 'response.done', response: { id: 'resp_1', usage } };
    const session = { model: 'gpt-realtime-2.1-2026-08-01' };
    expect(interpret(event, { ...call, session })[0]).toMatchObject({ usage: { model: session.model } });
    expect(interpret(event, { model: undefined, session: undefined })[0]).toMatchObject({
      usage: { model: 'unknown' },
    });
  });

  it('gives repeated events the same signals', () => {
    const event = { type: 'response.done', event_id: 'a', response: { id: 'resp_1', usage } };
    expect(interpret({ ...event, event_id: 'b' })).toEqual(interpret(event));
  });

  it(
    'never throws and pollutes no prototype, whatever an event contains',
    { timeout: FUZZ_TIMEOUT_MS },
    () => {
      const types = [
      'session.updated', 'response.created', 'response.done', 'output_audio_buffer.started', 'error',
      'conversation.item.added', 'conversation.item.done', 'response.output_text.done',
      'conversation.item.input_audio_transcription.completed', 'input_audio_buffer.committed',
    ]; // prettier-ignore
      const key = fc.constantFrom(
      'response', 'session', 'item', 'error', 'id', 'usage', 'output', 'content', 'type', 'call_id', 'name', 'code',
      'item_id', 'audio', 'input', 'transcription', 'model', '__proto__', 'constructor', 'status', 'transcript',
    ); // prettier-ignore
      const { record } = fc.letrec((tie) => ({
        value: fc.oneof(
          { maxDepth: 4 },
          fc.constantFrom(...types, 'function_call', 'function_call_output', 'user', 'input_text', ''),
          fc.anything({ maxDepth: 1 }),
          fc.array(tie('value'), { maxLength: 3 }),
          tie('record'),
        ),
        record: fc.dictionary(key, tie('value'), { maxKeys: 6 }),
      }));
      fc.assert(
        fc.property(record, record, fc.constantFrom(...types), (event, session, type) => {
          const given = { model: undefined, session: session as Readonly<Record<string, unknown>> };
          const text = JSON.stringify(
            upstream.interpret({ ...(event as object), type }, given),
            (_key, value: unknown) => (typeof value === 'bigint' ? String(value) : value),
          );
          expect(Array.isArray(JSON.parse(text))).toBe(true);
          expect(Object.keys(Object.prototype)).toEqual([]);
        }),
        fuzz(1000),
      );
    },
  );
});

describe('the events of a supervisor', () => {
  it('answer a function call, ask for a response, and update the session', () => {
    expect(upstream.functionOutput('call_1', '7')).toEqual({
      type: 'conversation.item.create',
      item: { type: 'function_call_output', call_id: 'call_1', output: '7' },
    });
    expect(upstream.respond()).toEqual({ type: 'response.create' });
    expect(upstream.updateSession({ model: 'x', instructions: 'a' })).toEqual({
      type: 'session.update',
      session: { type: 'realtime', instructions: 'a' },
    });
  });
});
