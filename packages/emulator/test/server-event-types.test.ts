import { expect, it } from 'vitest';
import { openCall } from './support/caller.ts';
import { checkServerEvents } from './support/check-types.ts';
import { mintToken, requestToken, startEmulator } from './support/harness.ts';
import type { ReceivedEvent } from './support/inbox.ts';
import { openSession, pcm, userMessage } from './support/open-session.ts';
import { connectWithToken } from './support/realtime-client.ts';

/** Everything that the emulator can send. */
const EVENT_TYPES = [
  'conversation.item.added',
  'conversation.item.deleted',
  'conversation.item.done',
  'conversation.item.input_audio_transcription.completed',
  'conversation.item.input_audio_transcription.delta',
  'conversation.item.input_audio_transcription.failed',
  'conversation.item.retrieved',
  'conversation.item.truncated',
  'error',
  'input_audio_buffer.cleared',
  'input_audio_buffer.committed',
  'input_audio_buffer.speech_started',
  'input_audio_buffer.speech_stopped',
  'input_audio_buffer.timeout_triggered',
  'output_audio_buffer.cleared',
  'output_audio_buffer.started',
  'output_audio_buffer.stopped',
  'rate_limits.updated',
  'response.content_part.added',
  'response.content_part.done',
  'response.created',
  'response.done',
  'response.function_call_arguments.delta',
  'response.function_call_arguments.done',
  'response.output_audio.delta',
  'response.output_audio.done',
  'response.output_audio_transcript.delta',
  'response.output_audio_transcript.done',
  'response.output_item.added',
  'response.output_item.done',
  'response.output_text.delta',
  'response.output_text.done',
  'session.created',
  'session.updated',
];

/** The compiler is slow on a busy machine. */
const TIMEOUT_MS = 180_000;

const TOOLS = [
  { type: 'function', name: 'get_time', description: 'The time.', parameters: { type: 'object' } },
  { type: 'function', name: 'get_weather' },
];

it('sends events of the types in the official package', { timeout: TIMEOUT_MS }, async () => {
  const received = await Promise.all([talk(), converse(), transcribe(), call()]);
  const events = received.flat();
  expect(new Set(events.map(({ type }) => type))).toEqual(new Set(EVENT_TYPES));
  expect(checkServerEvents(events)).toEqual([]);
});

it('would notice events that the types do not allow', { timeout: TIMEOUT_MS }, () => {
  const wrongEvents: object[] = [
    { type: 'input_audio_buffer.lost' },
    { type: 'input_audio_buffer.cleared', hats: 1 },
    { type: 'response.output_text.done', response_id: 'r' },
    { type: 'response.done', response: { hats: 1 } },
    { type: 'response.done', response: { max_output_tokens: 'many' } },
    { type: 'conversation.item.added', item: { ...userMessage('Hi'), hats: 1 } },
    { type: 'session.updated', session: { type: 'realtime', id: 's', object: 'realtime.session', hats: 1 } },
    { type: 'error', error: { type: null, message: '' } },
  ];
  const received = wrongEvents.map((event) => ({ event_id: 'event_1', ...event }) as ReceivedEvent);
  const noticed = new Set(checkServerEvents(received).map(({ index }) => index));
  expect(noticed).toEqual(new Set(wrongEvents.keys()));
});

/** A conversation in speech, with every way a turn and a response can go. */
async function talk(): Promise<ReceivedEvent[]> {
  const client = await openSession(
    {
      tools: TOOLS,
      include: ['item.input_audio_transcription.logprobs'],
      audio: {
        input: {
          transcription: { model: 'gpt-transcribe' },
          turn_detection: { type: 'server_vad', idle_timeout_ms: 5_000 },
        },
      },
    },
    { nowMs: () => Date.UTC(2026, 0, 1) },
  );
  const turn = async (): Promise<ReceivedEvent> => {
    client.speak('tone', 500);
    client.speak('silence', 500);
    return client.next('response.done');
  };
  const { response } = await turn();
  client.emulator.advance(10_000);
  await client.next('response.done');
  client.send({
    type: 'conversation.item.truncate',
    item_id: response.output[0].id as string,
    content_index: 0,
    audio_end_ms: 100,
  });
  client.send({ type: 'conversation.item.retrieve', item_id: response.output[0].id as string });
  client.emulator.fail('transcription-failed', { times: 1 });
  for (const fault of [
    'response-failed',
    'response-incomplete',
    'content-filter',
    'response-error',
  ] as const) {
    client.emulator.fail(fault, { times: 1 });
    await turn();
  }
  client.speak('tone', 500);
  client.send({ type: 'input_audio_buffer.clear' });
  await client.next('input_audio_buffer.cleared');
  return client.received;
}

/** A conversation in text, with items of every kind. */
async function converse(): Promise<ReceivedEvent[]> {
  const client = await openSession({ output_modalities: ['text'], tools: TOOLS });
  for (const item of [
    userMessage('Use get_time and get_weather.'),
    { type: 'message', role: 'system', content: [{ type: 'input_text', text: 'Be brief.' }] },
    { type: 'message', role: 'assistant', content: [{ type: 'output_text', text: 'Yes.' }] },
    {
      type: 'message',
      role: 'user',
      content: [{ type: 'input_audio', audio: pcm('tone', 100), transcript: 'Hi' }],
    },
    {
      type: 'message',
      role: 'user',
      content: [{ type: 'input_image', image_url: 'data:image/png;base64,' }],
    },
    { id: 'call_item', type: 'function_call', name: 'f', arguments: '{}', call_id: 'call_1' },
    { type: 'function_call_output', call_id: 'call_1', output: '' },
    { id: 'm1', type: 'mcp_approval_request', server_label: 's', name: 't', arguments: '{}' },
    { id: 'm2', type: 'mcp_approval_response', approval_request_id: 'm1', approve: true, reason: null },
    { id: 'm3', type: 'mcp_list_tools', server_label: 's', tools: [{ name: 't', input_schema: {} }] },
    { id: 'm4', type: 'mcp_call', server_label: 's', name: 't', arguments: '{}', output: 'x', error: null },
  ]) {
    client.send({ type: 'conversation.item.create', item });
    const added = await client.next('conversation.item.added');
    client.send({ type: 'conversation.item.retrieve', item_id: added['item'].id as string });
    await client.next('conversation.item.retrieved');
  }
  client.send({ type: 'conversation.item.delete', item_id: 'call_item' });
  for (const response of [
    { tool_choice: 'required', metadata: { a: 'b' } },
    { conversation: 'none', input: [userMessage('get_time get_weather')], max_output_tokens: 3 },
    { output_modalities: ['audio'], audio: { output: { voice: { id: 'voice_1' } } } },
  ]) {
    client.send({ type: 'response.create', response });
    await client.next('response.done');
  }
  client.send({
    type: 'session.update',
    session: {
      type: 'realtime',
      tracing: { workflow_name: 'w' },
      truncation: { type: 'retention_ratio', retention_ratio: 0.5 },
      reasoning: { effort: 'low' },
      tool_choice: { type: 'function', name: 'get_time' },
      audio: {
        input: {
          format: { type: 'audio/pcmu' },
          noise_reduction: { type: 'far_field' },
          transcription: { model: 'gpt-transcribe', language: 'en' },
          turn_detection: { type: 'semantic_vad' },
        },
      },
    },
  });
  await client.next('session.updated');
  client.send({ type: 'nonsense', event_id: 'mine' });
  await client.next('error');
  return client.received;
}

/** A transcription session with both kinds of usage. */
async function transcribe(): Promise<ReceivedEvent[]> {
  const emulator = await startEmulator();
  const input = { turn_detection: null, transcription: { model: 'gpt-realtime-whisper' } };
  const { body } = await requestToken(emulator, 'client_secrets', {
    body: { session: { type: 'transcription', audio: { input } } },
  });
  const client = connectWithToken(emulator.webSocketUrl, body.value as string);
  await client.next('session.created');
  const commit = async (): Promise<void> => {
    client.send({ type: 'input_audio_buffer.append', audio: pcm('tone', 300) });
    client.send({ type: 'input_audio_buffer.commit' });
    await client.next('conversation.item.input_audio_transcription.completed');
  };
  await commit();
  const transcription = { model: 'gpt-4o-transcribe' };
  client.send({
    type: 'session.update',
    session: { type: 'transcription', audio: { input: { transcription } } },
  });
  await client.next('session.updated');
  await commit();
  return client.received;
}

/** A WebRTC call whose audio plays to its end once, and is interrupted once. */
async function call(): Promise<ReceivedEvent[]> {
  const emulator = await startEmulator({ responsePaceMs: 0 });
  const caller = await openCall(emulator, await mintToken(emulator));
  for (const end of ['stopped', 'cleared']) {
    caller.send({ type: 'response.create' });
    await caller.next('output_audio_buffer.started');
    if (end === 'cleared') caller.send({ type: 'output_audio_buffer.clear' });
    await caller.next(`output_audio_buffer.${end}`);
  }
  return caller.received;
}
