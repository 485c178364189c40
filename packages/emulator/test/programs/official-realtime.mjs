// Speaks to the API with an unmodified official client, which reads its address and key from the environment.
import OpenAI from 'openai';

const [kind] = process.argv.slice(2);
const client = new OpenAI();

const openers = {
  async ws() {
    const { OpenAIRealtimeWS } = await import('openai/realtime/ws');
    return new OpenAIRealtimeWS({ model: 'gpt-realtime-2.1' }, client);
  },
  async websocket() {
    const { OpenAIRealtimeWebSocket } = await import('openai/realtime/websocket');
    return new OpenAIRealtimeWebSocket({ model: 'gpt-realtime-2.1' }, client);
  },
};

const { value } = await client.realtime.clientSecrets.create({});
const realtime = await openers[kind]();
realtime.on('session.created', () => {
  realtime.send({ type: 'session.update', session: { type: 'realtime', output_modalities: ['text'] } });
  realtime.send({
    type: 'conversation.item.create',
    item: { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'Hello' }] },
  });
  realtime.send({ type: 'response.create' });
});
realtime.on('error', (error) => {
  console.log(`error: ${error.message}`);
  process.exit(1);
});
realtime.on('response.output_text.done', ({ text }) => {
  console.log(JSON.stringify({ token: value.slice(0, 3), address: realtime.url.protocol, text }));
  realtime.close();
});
