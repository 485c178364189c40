// The realtime clients of `openai`: `ws` and `websocket`.
import OpenAI from 'openai';
import {
  createInbox,
  expectText,
  MODEL,
  report,
  spokenTurn,
  toBase64,
  WEATHER_QUESTION,
} from './conversation.mjs';

const [kind] = process.argv.slice(2);
const client = new OpenAI();

const openers = {
  async ws() {
    const { OpenAIRealtimeWS } = await import('openai/realtime/ws');
    return new OpenAIRealtimeWS({ model: MODEL }, client);
  },
  async websocket() {
    const { OpenAIRealtimeWebSocket } = await import('openai/realtime/websocket');
    return new OpenAIRealtimeWebSocket({ model: MODEL }, client);
  },
};

const realtime = await openers[kind]();
const closed = new Promise((resolve) => realtime.socket.addEventListener('close', resolve));
const { add, next } = createInbox();
realtime.on('event', add);
realtime.on('error', add);
const ask = (text) =>
  realtime.send({
    type: 'conversation.item.create',
    item: { type: 'message', role: 'user', content: [{ type: 'input_text', text }] },
  });

await next('session.created');
realtime.send({
  type: 'session.update',
  session: {
    type: 'realtime',
    output_modalities: ['text'],
    tools: [{ type: 'function', name: 'get_weather', parameters: { type: 'object', properties: {} } }],
  },
});
await next('session.updated');

ask('good morning');
realtime.send({ type: 'response.create' });
expectText((await next('response.output_text.done')).text, 'good morning');
await next('response.done');

ask(WEATHER_QUESTION);
realtime.send({ type: 'response.create' });
const { call_id } = await next('response.function_call_arguments.done');
await next('response.done');
realtime.send({
  type: 'conversation.item.create',
  item: { type: 'function_call_output', call_id, output: 'sunny' },
});
realtime.send({ type: 'response.create' });
await next('response.output_text.done');
await next('response.done');

realtime.send({ type: 'input_audio_buffer.append', audio: toBase64(spokenTurn()) });
await next('input_audio_buffer.speech_stopped');
await next('response.done');
realtime.send({ type: 'response.create', response: { output_modalities: ['audio'] } });
await next('response.output_audio.delta');
await next('response.done');

realtime.close();
await closed;
report(['text', 'tool call', 'audio in', 'audio out']);
