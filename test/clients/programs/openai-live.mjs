// What a server does with `openai`: it creates a Live session for the offer of a page, attaches to it, does delegated work, and closes it.
import OpenAI, { NotFoundError } from 'openai';
import { SidebandWS } from 'openai/resources/live/sideband/ws';
import { createInbox, expectText, report } from './conversation.mjs';

const MODEL = 'gpt-live-1';
const offer = [
  'v=0',
  'o=- 1 1 IN IP4 127.0.0.1',
  's=-',
  't=0 0',
  'm=audio 9 UDP/TLS/RTP/SAVPF 0',
  'm=application 9 UDP/DTLS/SCTP webrtc-datachannel',
  '',
].join('\r\n');
const tools = [{ type: 'function', name: 'get_weather', parameters: { type: 'object', properties: {} } }];
const client = new OpenAI();

const { session, transport } = await client.live.create(
  {
    session: {
      model: MODEL,
      delegation: { type: 'responses', responses: { model: 'gpt-5-mini', tools } },
      client: { data_channel: { allowed_client_events: ['session.close'], allowed_server_events: [] } },
    },
    transport: { type: 'webrtc', sdp: offer },
  },
  { maxRetries: 0 },
);
expectText(transport.sdp, 'v=0');

const sideband = new SidebandWS(client, { session_id: session.id, graceful_close: true });
const closed = new Promise((resolve) => sideband.on('close', resolve));
const { add, next } = createInbox();
sideband.on('event', add);
sideband.on('error', add);
const started = await next('session.started');
expectText(started.session.id, session.id);

sideband.send({ type: 'session.input_audio.mute' });
await next('session.input_audio.muted');
sideband.send({
  type: 'session.update',
  session: { delegation: { type: 'responses', responses: { model: 'gpt-5' } } },
});
expectText(JSON.stringify((await next('session.updated')).session.delegation), 'gpt-5"');

// The test connects the page, and lets the user ask for the weather.
await next('session.delegation.created');
const call = await nextNested('response.output_item.done');
await nextNested('response.completed');
sideband.send({
  type: 'response.item.create',
  item: { type: 'function_call_output', call_id: call.item.call_id, output: 'sunny' },
});
sideband.send({ type: 'response.create' });
expectText((await nextNested('response.output_text.done')).text, 'sunny');
expectText(JSON.stringify((await nextNested('response.completed')).response.usage), 'total_tokens');
await next('session.output_transcript.delta');
await next('session.input_audio.append');
await next('session.output_audio.delta');

sideband.send({ type: 'session.close' });
expectText((await next('session.closed')).reason, 'close_requested');
expectText(await closed, '1000');
await expectNotFound(client.live.sessions.hangup(session.id));
await expectNotFound(client.live.sessions.refer(session.id, { target_uri: 'tel:+1' }));
report(['sessions', 'sideband', 'session update', 'mute', 'delegation', 'reflected audio', 'close']);

async function nextNested(type) {
  for (;;) {
    const { event } = await next('response.event');
    if (event.type === type) return event;
  }
}

async function expectNotFound(promise) {
  const error = await promise.catch((reason) => reason);
  if (!(error instanceof NotFoundError)) throw new Error('Expected 404.');
  expectText(error.code, 'session_id_not_found');
}
