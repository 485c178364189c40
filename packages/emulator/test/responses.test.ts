import { describe, expect, it } from 'vitest';
import { openSession, typesOf, userMessage } from './support/open-session.ts';
import type { SessionClient } from './support/open-session.ts';

const TEXT = { output_modalities: ['text'] };

async function say(client: SessionClient, text: string): Promise<string> {
  client.send({ type: 'conversation.item.create', item: userMessage(text) });
  return (await client.next('conversation.item.done'))['item'].id as string;
}

interface ResponseBody {
  readonly metadata: unknown;
  readonly status: string;
  readonly usage: Usage;
  readonly output: readonly { id: string; call_id?: string; content?: readonly { text?: string }[] }[];
}

async function respond(client: SessionClient, response: object = {}): Promise<ResponseBody> {
  client.send({ type: 'response.create', response });
  return (await client.next('response.done'))['response'] as ResponseBody;
}

const textOf = ({ output }: ResponseBody) => output[0]?.content?.[0]?.text;

describe('the settings of response.create', () => {
  it('include metadata, which response.created and response.done repeat', async () => {
    const client = await openSession(TEXT);
    const metadata = { topic: 'weather', client_event_id: 'abc' };
    const done = await respond(client, { metadata });
    expect((await client.next('response.created'))['response'].metadata).toEqual(metadata);
    expect(done.metadata).toEqual(metadata);
  });

  it.each<[string, object, object]>([
    ['output_modalities', { output_modalities: ['text'] }, { output_modalities: ['text'] }],
    ['max_output_tokens', { max_output_tokens: 900 }, { max_output_tokens: 900 }],
    [
      'audio.output',
      { audio: { output: { voice: 'cedar', format: { type: 'audio/pcmu' } } } },
      { audio: { output: { voice: 'cedar', format: { type: 'audio/pcmu' } } } },
    ],
    [
      'a custom voice',
      { audio: { output: { voice: { id: 'voice_1' } } } },
      { audio: { output: { voice: 'voice_1' } } },
    ],
    ['no settings', {}, { output_modalities: ['audio'], max_output_tokens: 'inf', metadata: null }],
  ])('apply to one response only: %s', async (_what, settings, expected) => {
    const client = await openSession();
    expect(await respond(client, settings)).toMatchObject(expected);
    client.send({ type: 'session.update', session: { type: 'realtime' } });
    expect((await client.next('session.updated'))['session']).toMatchObject({
      output_modalities: ['audio'],
      max_output_tokens: 'inf',
      audio: { output: { voice: 'alloy', format: { type: 'audio/pcm' } } },
    });
  });

  it('apply tools and tool_choice', async () => {
    const client = await openSession(TEXT);
    const tools = [{ type: 'function', name: 'a' }];
    expect((await respond(client, { tools, tool_choice: 'required' })).output).toMatchObject([
      { type: 'function_call', name: 'a', arguments: '{}' },
    ]);
    expect((await respond(client)).output).toMatchObject([{ type: 'message' }]);
  });

  it.each<[string, object, string, string]>([
    ['an unknown member', { temperature: 1 }, 'unknown_parameter', 'response.temperature'],
    ['a member of the session', { turn_detection: null }, 'unknown_parameter', 'response.turn_detection'],
    ['the speed', { audio: { output: { speed: 1 } } }, 'unknown_parameter', 'response.audio.output.speed'],
    ['another conversation', { conversation: 'conv_1' }, 'invalid_value', 'response.conversation'],
    ['too many tokens', { max_output_tokens: 5_000 }, 'invalid_value', 'response.max_output_tokens'],
    ['metadata that is not text', { metadata: { a: 1 } }, 'invalid_type', 'response.metadata.a'],
    [
      'metadata that is too long',
      { metadata: { a: 'x'.repeat(513) } },
      'invalid_value',
      'response.metadata.a',
    ],
    [
      'more than 16 pairs of metadata',
      { metadata: Object.fromEntries(Array.from({ length: 17 }, (_none, index) => [`k${index}`, ''])) },
      'invalid_value',
      'response.metadata',
    ],
    [
      'a voice that does not exist',
      { audio: { output: { voice: 'hal' } } },
      'invalid_value',
      'response.audio.output.voice',
    ],
    [
      'a reference to an item that does not exist',
      { input: [userMessage('Hi'), { type: 'item_reference', id: 'item_gone' }] },
      'invalid_value',
      'response.input[1].id',
    ],
    [
      'an item without content',
      { input: [{ type: 'message', role: 'user' }] },
      'missing_required_parameter',
      'response.input[0].content',
    ],
    [
      'a forced tool without a name',
      { tool_choice: { type: 'function' } },
      'missing_required_parameter',
      'response.tool_choice.name',
    ],
  ])('with %s are refused', async (_what, response, code, param) => {
    const client = await openSession(TEXT);
    client.send({ type: 'response.create', event_id: 'mine', response });
    expect((await client.next('error'))['error']).toMatchObject({ code, param, event_id: 'mine' });
    await respond(client);
    expect(client.received.filter(({ type }) => type === 'response.created')).toHaveLength(1);
  });
});

describe('the input of response.create', () => {
  it('replaces the conversation as the context', async () => {
    const client = await openSession(TEXT);
    const id = await say(client, 'first');
    await say(client, 'second');
    const answerTo = async (input: unknown[]) => textOf(await respond(client, { input }));
    expect(await answerTo([userMessage('new')])).toBe('You said: new');
    expect(await answerTo([{ type: 'item_reference', id }])).toBe('You said: first');
    expect(await answerTo([])).toBe('Hello from the local emulator.');
  });

  it('is not added to the conversation', async () => {
    const client = await openSession(TEXT);
    await respond(client, { conversation: 'none', input: [{ id: 'item_mine', ...userMessage('new') }] });
    client.send({ type: 'conversation.item.retrieve', item_id: 'item_mine' });
    expect((await client.next('error'))['error'].code).toBe('item_retrieve_invalid_item_id');
  });
});

describe('a response outside of the conversation', () => {
  it('adds no item and has no conversation id', async () => {
    const client = await openSession(TEXT);
    await say(client, 'Hi');
    client.received.length = 0;
    const response = await respond(client, { conversation: 'none' });
    expect(response).toMatchObject({ conversation_id: null, status: 'completed' });
    expect(typesOf(client).filter((type) => type.startsWith('conversation.'))).toEqual([]);
    client.send({ type: 'conversation.item.retrieve', item_id: response.output[0]?.id });
    await client.next('error');
    expect(textOf(await respond(client))).toBe('You said: Hi');
  });

  it('runs in parallel with others and with the response of the conversation', async () => {
    const client = await openSession(TEXT, { responsePaceMs: 10_000 });
    const metadata = (name: string) => ({ metadata: { name } });
    client.send({ type: 'response.create', response: metadata('default') });
    client.send({ type: 'response.create', response: { conversation: 'none', ...metadata('a') } });
    client.send({ type: 'response.create', response: { conversation: 'none', ...metadata('b') } });
    const ids: Record<string, string> = {};
    for (let count = 0; count < 3; count += 1) {
      const { response } = await client.next('response.created');
      ids[response.metadata.name as string] = response.id;
    }
    for (const name of ['b', 'a', 'default']) {
      client.send({ type: 'response.cancel', response_id: ids[name] });
      expect((await client.next('response.done'))['response']).toMatchObject({
        id: ids[name],
        status: 'cancelled',
        ...metadata(name),
      });
    }
  });

  it('does not keep the conversation from responding', async () => {
    const client = await openSession(TEXT, { responsePaceMs: 10_000 });
    client.send({ type: 'response.create', response: { conversation: 'none' } });
    client.send({ type: 'response.create' });
    client.send({ type: 'response.create', event_id: 'third' });
    expect((await client.next('error'))['error']).toMatchObject({
      code: 'conversation_already_has_active_response',
      event_id: 'third',
    });
    expect(client.received.filter(({ type }) => type === 'response.created')).toHaveLength(2);
  });
});

describe('response.cancel', () => {
  it.each<[string, object]>([
    ['nothing runs', {}],
    ['the response does not exist', { response_id: 'resp_gone' }],
  ])('is an error when %s', async (_what, members) => {
    const client = await openSession(TEXT);
    client.send({ type: 'response.cancel', event_id: 'mine', ...members });
    expect((await client.next('error'))['error']).toMatchObject({
      code: 'response_cancel_not_active',
      event_id: 'mine',
    });
  });

  it('without an id does not cancel a response outside of the conversation', async () => {
    const client = await openSession(TEXT, { responsePaceMs: 10_000 });
    client.send({ type: 'response.create', response: { conversation: 'none' } });
    const { response } = await client.next('response.created');
    client.send({ type: 'response.cancel' });
    expect((await client.next('error'))['error'].code).toBe('response_cancel_not_active');
    client.send({ type: 'response.cancel', response_id: response.id as string });
    expect((await client.next('response.done'))['response'].status).toBe('cancelled');
  });
});

describe('max_output_tokens', () => {
  it.each<[string, object]>([
    ['a text', TEXT],
    ['audio', { output_modalities: ['audio'] }],
    [
      'the arguments of a function',
      {
        ...TEXT,
        tools: [
          {
            name: 'f',
            parameters: {
              type: 'object',
              required: ['a', 'b'],
              properties: { a: { type: 'string' }, b: { type: 'string' } },
            },
          },
        ],
        tool_choice: 'required',
      },
    ],
  ])('cuts %s off', async (_what, settings) => {
    const client = await openSession();
    const response = await respond(client, { ...settings, max_output_tokens: 5 });
    expect(response).toMatchObject({
      status: 'incomplete',
      status_details: { type: 'incomplete', reason: 'max_output_tokens' },
      output: [{ status: 'incomplete' }],
    });
    expect(response.usage.output_tokens).toBeLessThanOrEqual(5);
    expect(response.usage.output_tokens).toBeGreaterThan(0);
    expect(typesOf(client)).toContain('response.output_item.done');
  });

  it('of the session is the default', async () => {
    const client = await openSession({ ...TEXT, max_output_tokens: 2 });
    expect((await respond(client)).status).toBe('incomplete');
    expect((await respond(client, { max_output_tokens: 'inf' })).status).toBe('completed');
  });
});

describe('several functions', () => {
  const tools = [{ name: 'get_weather' }, { name: 'get_time' }];

  it('are called in one response', async () => {
    const client = await openSession({ ...TEXT, tools });
    await say(client, 'Use get_time and get_weather.');
    const { output } = await respond(client);
    expect(output).toMatchObject([
      { type: 'function_call', name: 'get_weather' },
      { type: 'function_call', name: 'get_time' },
    ]);
    expect(new Set(output.map(({ call_id }) => call_id)).size).toBe(2);
    const done = client.received.filter(({ type }) => type === 'response.function_call_arguments.done');
    expect(done.map((event) => event['output_index'] as number)).toEqual([0, 1]);
  });

  it('are called one at a time without parallel_tool_calls', async () => {
    const client = await openSession({ ...TEXT, tools, parallel_tool_calls: false });
    await say(client, 'Use get_time and get_weather.');
    expect((await respond(client)).output).toHaveLength(1);
  });
});

describe('usage', () => {
  it('counts text, audio, images and cached tokens, with sums that match', async () => {
    const client = await openSession({ instructions: 'x'.repeat(2_000) });
    client.send({
      type: 'conversation.item.create',
      item: {
        type: 'message',
        role: 'user',
        content: [{ type: 'input_image', image_url: 'data:image/png;base64,iVBORw0KGgo=' }],
      },
    });
    const first = (await respond(client)).usage;
    expect(first).toMatchObject({
      input_token_details: { text_tokens: 500, audio_tokens: 0, cached_tokens: 0 },
    });
    expect(first.input_token_details.image_tokens).toBeGreaterThan(0);
    expect(first.output_token_details.audio_tokens).toBeGreaterThan(0);
    expect(first.output_token_details.text_tokens).toBeGreaterThan(0);
    const second = (await respond(client)).usage;
    expect(second.input_token_details.audio_tokens).toBe(first.output_token_details.audio_tokens);
    expect(second.input_token_details.cached_tokens_details.text_tokens).toBe(448);
    for (const usage of [first, second]) expectSums(usage);
  });
});

interface Usage {
  total_tokens: number;
  input_tokens: number;
  output_tokens: number;
  input_token_details: Record<'text_tokens' | 'audio_tokens' | 'image_tokens' | 'cached_tokens', number> & {
    cached_tokens_details: Record<'text_tokens' | 'audio_tokens' | 'image_tokens', number>;
  };
  output_token_details: Record<'text_tokens' | 'audio_tokens', number>;
}

function expectSums({
  total_tokens,
  input_tokens,
  output_tokens,
  input_token_details: input,
  output_token_details: output,
}: Usage): void {
  const cached = input.cached_tokens_details;
  expect(total_tokens).toBe(input_tokens + output_tokens);
  expect(input_tokens).toBe(input.text_tokens + input.audio_tokens + input.image_tokens);
  expect(output_tokens).toBe(output.text_tokens + output.audio_tokens);
  expect(input.cached_tokens).toBe(cached.text_tokens + cached.audio_tokens + cached.image_tokens);
  expect(cached.text_tokens).toBeLessThanOrEqual(input.text_tokens);
}

describe('rate_limits.updated', () => {
  it('reserves the tokens of a response, and returns those that it did not use', async () => {
    const client = await openSession(TEXT, { nowMs: () => Date.UTC(2026, 0, 1) });
    const { usage } = await respond(client, { max_output_tokens: 1_000 });
    const reserved = await client.next('rate_limits.updated');
    const settled = await client.next('rate_limits.updated');
    expect(typesOf(client).slice(0, 2)).toEqual(['response.created', 'rate_limits.updated']);
    expect(typesOf(client).slice(-2)).toEqual(['response.done', 'rate_limits.updated']);
    const [requests, tokens] = reserved['rate_limits'];
    expect(requests).toMatchObject({ name: 'requests', remaining: requests.limit - 1 });
    expect(tokens).toMatchObject({ name: 'tokens', remaining: tokens.limit - 1_000 });
    expect(tokens.reset_seconds).toBeGreaterThan(0);
    expect(settled['rate_limits'][1].remaining).toBe(tokens.limit - usage.total_tokens);
  });
});

describe('an image', () => {
  it.each<[string, object[], string]>([
    ['alone', [], 'I see your image.'],
    ['with text', [{ type: 'input_text', text: 'What is it?' }], 'I see your image. You said: What is it?'],
  ])('%s is answered', async (_what, parts, expected) => {
    const client = await openSession(TEXT);
    const image = { type: 'input_image', image_url: 'data:image/jpeg;base64,AAAA', detail: 'low' };
    client.send({
      type: 'conversation.item.create',
      item: { type: 'message', role: 'user', content: [...parts, image] },
    });
    expect(textOf(await respond(client))).toBe(expected);
  });
});
