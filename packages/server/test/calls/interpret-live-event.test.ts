import { expect, it } from 'vitest';
import { openaiLive } from '../../src/calls.ts';
import type { InterpretedCall } from '../../src/lib/calls/call-upstream.ts';

const session = { delegation: { type: 'responses', responses: { model: 'gpt-5.5' } } };

const interpret = (event: object, call: Partial<InterpretedCall> = {}) =>
  openaiLive().interpret({ ...event }, { model: 'gpt-live-1.1', session, ...call });

const usage = { input_tokens: 10, input_tokens_details: { cached_tokens: 4 }, output_tokens: 5 };

const nested = (type: string, response: object = {}) => ({
  type: 'response.event',
  delegation_id: 'dlg_1',
  event: { type, response: { id: 'resp_1', ...response } },
});

it.each<[string, object, readonly object[]]>([
  ['the session', { type: 'session.started', session }, [{ type: 'session', session }]],
  ['a change of the session', { type: 'session.updated', session }, [{ type: 'session', session }]],
  [
    'the usage so far',
    { type: 'session.usage.updated', usage: { seconds: 31.5 } },
    [{ type: 'seconds', total: 31.5, state: 'running' }],
  ],
  [
    'the end',
    { type: 'session.closed', reason: 'expired', usage: { seconds: 3600 } },
    [
      { type: 'seconds', total: 3600, state: 'final' },
      { type: 'ended', detail: 'expired', by: 'provider', proof: 'yes' },
    ],
  ],
  [
    'an end by the page, without usage',
    { type: 'session.closed', reason: 'remote_hangup' },
    [
      { type: 'seconds', total: undefined, state: 'final' },
      { type: 'ended', detail: 'remote_hangup', by: 'page', proof: 'yes' },
    ],
  ],
  ['input audio', { type: 'session.input_audio.append', audio: 'AA' }, [{ type: 'connected' }]],
  [
    'words of the user',
    { type: 'session.input_transcript.delta', delta: 'Hi', start_ms: 0, end_ms: 9 },
    [{ type: 'touched' }, { type: 'transcript', role: 'user', text: 'Hi' }],
  ],
  [
    'words of the assistant',
    { type: 'session.output_transcript.delta', delta: 'Hello' },
    [{ type: 'touched' }, { type: 'transcript', role: 'assistant', text: 'Hello' }],
  ],
  [
    'a delegation',
    { type: 'session.delegation.created', delegation: { id: 'dlg_1' } },
    [{ type: 'touched' }],
  ],
  [
    'a delegated response that starts',
    nested('response.created'),
    [{ type: 'activity', change: 'started', key: 'response:resp_1' }],
  ],
  [
    'a part of it',
    { type: 'response.event', event: { type: 'response.output_text.delta' } },
    [{ type: 'touched' }],
  ],
  [
    'its end, with the model that the session names',
    nested('response.completed', { model: 'gpt-5.5-2026-10-01', usage }),
    [
      { type: 'usage', key: 'response:resp_1', usage: { type: 'response', model: 'gpt-5.5', usage } },
      { type: 'activity', change: 'stopped', key: 'response:resp_1' },
    ],
  ],
  [
    'its failure',
    nested('response.failed'),
    [{ type: 'activity', change: 'stopped', key: 'response:resp_1' }],
  ],
  ['an error, which is no end', { type: 'error', error: { code: null } }, []],
  ['an unknown event', { type: 'session.dreaming' }, []],
  ['an event without a type', {}, []],
  ['usage that is not a number', { type: 'session.usage.updated', usage: { seconds: '9' } }, [{ type: 'seconds', total: undefined, state: 'running' }]], // prettier-ignore
])('understands %s', (_what, event, signals) => {
  expect(interpret(event)).toEqual(signals);
});

it.each([
  [{ session: undefined }, 'gpt-5.5-2026-10-01'],
  [{ session: { delegation: null } }, 'gpt-5.5-2026-10-01'],
])(
  'takes the model of a delegated response from the response if the session names none: %j',
  (call, model) => {
    const event = nested('response.completed', { model: 'gpt-5.5-2026-10-01', usage });
    expect(interpret(event, call)[0]).toMatchObject({ usage: { model } });
  },
);

it.each([null, 7, 'text', [], { response: null }, { event: { response: 7 } }])(
  'does not throw for a response event with %j',
  (event) => {
    expect(interpret({ type: 'response.event', event })).toEqual([{ type: 'touched' }]);
  },
);

it('has events for the functions of delegated responses, and none that changes the session', () => {
  const upstream = openaiLive();
  expect(upstream.functionOutput('call_1', '7')).toEqual({
    type: 'response.item.create',
    item: { type: 'function_call_output', call_id: 'call_1', output: '7' },
  });
  expect(upstream.respond()).toEqual({ type: 'response.create' });
  expect(upstream.updateSession({ instructions: 'x' })).toBeUndefined();
});
