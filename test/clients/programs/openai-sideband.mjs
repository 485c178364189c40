// What a server does with `openai`: it creates a call for the offer of a page, attaches to it with `ws` or `websocket`, and ends it.
import OpenAI from 'openai';
import { createInbox, expectText, MODEL, report, WEATHER_QUESTION } from './conversation.mjs';

const [kind] = process.argv.slice(2);
const offer = [
  'v=0',
  'o=- 1 1 IN IP4 127.0.0.1',
  's=-',
  't=0 0',
  'm=audio 9 UDP/TLS/RTP/SAVPF 0',
  'm=application 9 UDP/DTLS/SCTP webrtc-datachannel',
  '',
].join('\r\n');
const client = new OpenAI();

const response = await client.realtime.calls.create(
  { sdp: offer, session: { type: 'realtime', model: MODEL } },
  { maxRetries: 0 },
);
const callID = response.headers.get('location').split('/').at(-1);
expectText(await response.text(), 'v=0');

const openers = {
  async ws() {
    const { OpenAIRealtimeWS } = await import('openai/realtime/ws');
    return new OpenAIRealtimeWS({ callID }, client);
  },
  async websocket() {
    const { OpenAIRealtimeWebSocket } = await import('openai/realtime/websocket');
    return new OpenAIRealtimeWebSocket({ callID }, client);
  },
};

const realtime = await openers[kind]();
const closed = new Promise((resolve) => realtime.socket.addEventListener('close', resolve));
await new Promise((resolve, reject) => {
  realtime.socket.addEventListener('open', resolve);
  realtime.socket.addEventListener('error', reject);
});
const { add, next } = createInbox();
realtime.on('event', add);
realtime.on('error', add);

realtime.send({
  type: 'session.update',
  session: {
    type: 'realtime',
    tools: [{ type: 'function', name: 'get_weather', parameters: { type: 'object', properties: {} } }],
  },
});
await next('session.updated');
realtime.send({
  type: 'conversation.item.create',
  item: { type: 'message', role: 'user', content: [{ type: 'input_text', text: WEATHER_QUESTION }] },
});
realtime.send({ type: 'response.create' });
const { call_id } = await next('response.function_call_arguments.done');
await next('response.done');
realtime.send({
  type: 'conversation.item.create',
  item: { type: 'function_call_output', call_id, output: 'sunny' },
});
realtime.send({ type: 'response.create' });
const { response: answer } = await next('response.done');
expectText(JSON.stringify(answer.output), 'sunny');

await client.realtime.calls.hangup(callID);
await closed;
report(['calls', 'sideband', 'session update', 'tool call', 'hang up']);
