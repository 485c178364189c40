import { describe, expect, it } from 'vitest';
import { openSession, pcm, userMessage } from './support/open-session.ts';
import type { SessionClient } from './support/open-session.ts';

const create = (client: SessionClient, item: object, members: object = {}) =>
  client.send({ type: 'conversation.item.create', event_id: 'mine', item, ...members });

async function added(client: SessionClient, id: string, members: object = {}) {
  create(client, { id, ...userMessage(id) }, members);
  await client.next('conversation.item.done');
  return client.next('conversation.item.added');
}

const expectError = async (client: SessionClient, code: string, param: string) => {
  expect((await client.next('error'))['error']).toMatchObject({
    type: 'invalid_request_error',
    code,
    param,
    event_id: 'mine',
  });
  expect(client.received.map(({ type }) => type)).not.toContain('conversation.item.added');
};

describe('the place of a new item', () => {
  it.each<[string, string | null | undefined, string | null, string[]]>([
    ['at the end by default', undefined, 'b', ['a', 'b', 'new']],
    ['at the end for null', null, 'b', ['a', 'b', 'new']],
    ['at the beginning for root', 'root', null, ['new', 'a', 'b']],
    ['after the item with the id', 'a', 'a', ['a', 'new', 'b']],
  ])('is %s', async (_what, previous_item_id, previous, order) => {
    const client = await openSession({ output_modalities: ['text'] });
    for (const id of ['a', 'b']) await added(client, id);
    const event = await added(client, 'new', previous_item_id === undefined ? {} : { previous_item_id });
    expect(event['previous_item_id']).toBe(previous);
    // The last item is what a response answers, and what follows it when it is deleted.
    for (const id of [...order].reverse()) {
      client.send({ type: 'response.create', response: { conversation: 'none' } });
      expect((await client.next('response.output_text.done'))['text']).toBe(`You said: ${id}`);
      client.send({ type: 'conversation.item.delete', item_id: id });
      await client.next('conversation.item.deleted');
    }
  });

  it('must exist', async () => {
    const client = await openSession();
    create(client, { id: 'new', ...userMessage('Hi') }, { previous_item_id: 'item_gone' });
    await expectError(client, 'item_create_invalid_previous_item_id', 'previous_item_id');
    client.send({ type: 'conversation.item.retrieve', item_id: 'new' });
    expect((await client.next('error'))['error'].code).toBe('item_retrieve_invalid_item_id');
  });
});

const message = (role: string, ...content: object[]) => ({ type: 'message', role, content });
const IMAGE = 'data:image/png;base64,iVBORw0KGgo=';

describe('a new item', () => {
  it.each<[string, object]>([
    ['text of the system', message('system', { type: 'input_text', text: 'Hi' })],
    ['audio of the user', message('user', { type: 'input_audio', audio: pcm('tone', 200) })],
    ['an image of the user', message('user', { type: 'input_image', image_url: IMAGE, detail: 'auto' })],
    ['text of the assistant', message('assistant', { type: 'output_text', text: 'Hi' })],
    ['a function call', { type: 'function_call', name: 'f', arguments: '{}' }],
    [
      'the tools of an MCP server',
      { type: 'mcp_list_tools', server_label: 's', tools: [{ name: 't', input_schema: {} }] },
    ],
    ['an approval', { id: 'x', type: 'mcp_approval_response', approval_request_id: 'y', approve: true }],
  ])('can be %s', async (_what, item) => {
    const client = await openSession();
    create(client, item);
    const { item: addedItem } = await client.next('conversation.item.added');
    expect((await client.next('conversation.item.done'))['item']).toEqual(addedItem);
    expect(addedItem.type).toBe((item as { type: string }).type);
  });

  it.each<[string, object, string, string]>([
    ['no type', { role: 'user', content: [] }, 'missing_required_parameter', 'item.type'],
    ['an unknown type', { type: 'note' }, 'invalid_value', 'item.type'],
    ['a reference', { type: 'item_reference', id: 'a' }, 'invalid_value', 'item.type'],
    ['no role', { type: 'message', content: [] }, 'missing_required_parameter', 'item.role'],
    ['an unknown role', message('developer'), 'invalid_value', 'item.role'],
    ['no content', { type: 'message', role: 'user' }, 'missing_required_parameter', 'item.content'],
    ['an unknown member', { ...userMessage('Hi'), hats: 1 }, 'unknown_parameter', 'item.hats'],
    [
      'output text of the user',
      message('user', { type: 'output_text', text: 'Hi' }),
      'invalid_value',
      'item.content[0].type',
    ],
    [
      'input text of the assistant',
      message('assistant', { type: 'input_text', text: 'Hi' }),
      'invalid_value',
      'item.content[0].type',
    ],
    [
      'audio of the assistant',
      message('assistant', { type: 'output_audio', audio: '' }),
      'invalid_value',
      'item.content[0].type',
    ],
    [
      'audio of the system',
      message('system', { type: 'input_audio', audio: '' }),
      'invalid_value',
      'item.content[0].type',
    ],
    [
      'an image of the system',
      message('system', { type: 'input_image', image_url: IMAGE }),
      'invalid_value',
      'item.content[0].type',
    ],
    [
      'no text',
      message('user', { type: 'input_text' }),
      'missing_required_parameter',
      'item.content[0].text',
    ],
    [
      'no audio',
      message('user', { type: 'input_audio' }),
      'missing_required_parameter',
      'item.content[0].audio',
    ],
    [
      'text that is a number',
      message('user', { type: 'input_text', text: 1 }),
      'invalid_type',
      'item.content[0].text',
    ],
    [
      'an image that is not PNG or JPEG',
      message('user', { type: 'input_image', image_url: 'data:image/gif;base64,' }),
      'invalid_value',
      'item.content[0].image_url',
    ],
    [
      'no function name',
      { type: 'function_call', arguments: '{}' },
      'missing_required_parameter',
      'item.name',
    ],
    ['no arguments', { type: 'function_call', name: 'f' }, 'missing_required_parameter', 'item.arguments'],
    [
      'no call_id',
      { type: 'function_call_output', output: '' },
      'missing_required_parameter',
      'item.call_id',
    ],
    [
      'no output',
      { type: 'function_call_output', call_id: 'c' },
      'missing_required_parameter',
      'item.output',
    ],
    [
      'output of an unknown call',
      { type: 'function_call_output', call_id: 'c', output: '' },
      'invalid_tool_call_id',
      'item.call_id',
    ],
  ])('with %s is refused', async (_what, item, code, param) => {
    const client = await openSession();
    create(client, item);
    await expectError(client, code, param);
  });

  it('with an id that exists is refused', async () => {
    const client = await openSession();
    await added(client, 'twice');
    client.received.length = 0;
    create(client, { id: 'twice', ...userMessage('again') });
    await expectError(client, 'item_create_invalid_item_id', 'item.id');
  });

  it('has its audio only when it is retrieved', async () => {
    const client = await openSession();
    const audio = pcm('tone', 200);
    create(client, { id: 'spoken', ...message('user', { type: 'input_audio', audio }) });
    expect((await client.next('conversation.item.added'))['item'].content).toEqual([
      { type: 'input_audio', transcript: null },
    ]);
    client.send({ type: 'conversation.item.retrieve', item_id: 'spoken' });
    expect((await client.next('conversation.item.retrieved'))['item'].content[0].audio).toBe(audio);
  });
});

describe.each(['retrieve', 'delete', 'truncate'])('conversation.item.%s', (action) => {
  it('of an unknown item is an error', async () => {
    const client = await openSession();
    const members = action === 'truncate' ? { content_index: 0, audio_end_ms: 0 } : {};
    client.send({ type: `conversation.item.${action}`, event_id: 'mine', item_id: 'item_gone', ...members });
    await expectError(client, `item_${action}_invalid_item_id`, 'item_id');
  });

  it('without an id is an error', async () => {
    const client = await openSession();
    client.send({ type: `conversation.item.${action}`, event_id: 'mine' });
    await expectError(client, 'missing_required_parameter', 'item_id');
  });
});

/** Makes the model speak. Returns the id of the item. */
async function respond(client: SessionClient): Promise<string> {
  client.send({ type: 'response.create' });
  return (await client.next('response.done'))['response'].output[0].id as string;
}

describe('conversation.item.truncate', () => {
  const truncate = (client: SessionClient, item_id: string, members: object = {}) =>
    client.send({
      type: 'conversation.item.truncate',
      event_id: 'mine',
      item_id,
      content_index: 0,
      audio_end_ms: 100,
      ...members,
    });

  it('removes the transcript and shortens the audio', async () => {
    const client = await openSession();
    const id = await respond(client);
    truncate(client, id);
    expect(await client.next('conversation.item.truncated')).toMatchObject({
      item_id: id,
      content_index: 0,
      audio_end_ms: 100,
    });
    client.send({ type: 'conversation.item.retrieve', item_id: id });
    expect((await client.next('conversation.item.retrieved'))['item'].content).toEqual([
      { type: 'output_audio' },
    ]);
    truncate(client, id, { audio_end_ms: 200 });
    expect((await client.next('error'))['error'].param).toBe('audio_end_ms');
  });

  it('accepts the length of the audio, and nothing longer', async () => {
    const client = await openSession();
    const id = await respond(client); // five words of 100 ms
    truncate(client, id, { audio_end_ms: 501 });
    expect((await client.next('error'))['error']).toMatchObject({
      code: 'invalid_value',
      param: 'audio_end_ms',
    });
    truncate(client, id, { audio_end_ms: 500 });
    await client.next('conversation.item.truncated');
  });

  it('removes the transcript of a response that is cancelled at the same time', async () => {
    const client = await openSession({}, { responsePaceMs: 5 });
    client.send({ type: 'response.create' });
    const { item_id } = await client.next('response.output_audio.delta');
    client.send({ type: 'response.cancel' });
    truncate(client, item_id as string);
    await client.next('conversation.item.truncated');
    await client.next('response.done');
    client.send({ type: 'conversation.item.retrieve', item_id: item_id as string });
    expect((await client.next('conversation.item.retrieved'))['item'].content).toEqual([
      { type: 'output_audio' },
    ]);
  });

  it('is refused for a part that does not exist', async () => {
    const client = await openSession();
    truncate(client, await respond(client), { content_index: 1 });
    expect((await client.next('error'))['error']).toMatchObject({
      code: 'invalid_value',
      param: 'content_index',
    });
  });

  it.each<[string, object]>([
    ['the user', userMessage('Hi')],
    ['the assistant without audio', message('assistant', { type: 'output_text', text: 'Hi' })],
    ['a function', { type: 'function_call', name: 'f', arguments: '{}' }],
  ])('is refused for an item of %s', async (_what, item) => {
    const client = await openSession();
    create(client, { id: 'mine', ...item });
    await client.next('conversation.item.done');
    truncate(client, 'mine', { audio_end_ms: 0 });
    expect((await client.next('error'))['error']).toMatchObject({ code: 'invalid_value', param: 'item_id' });
  });
});
