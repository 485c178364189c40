import { createTokenManager, endpoint } from '@realtime-session/core';

const tokens = createTokenManager({ fetchToken: endpoint('/api/realtime-session') });

const [status, answer] = document.querySelectorAll('output');
const [signIn, talk] = document.querySelectorAll('button');

tokens.subscribe((state) => {
  status.value = state.status;
  talk.disabled = state.status !== 'ready';
});

signIn.onclick = async () => {
  await fetch('/sign-in', { method: 'POST' });
  // From now on a token is ready for every click.
  tokens.keepFresh();
};

talk.onclick = async () => {
  // `callsUrl` is set when the mint route uses another API than OpenAI's, such as the emulator.
  const { value, callsUrl = 'https://api.openai.com/v1/realtime/calls' } = await tokens.getToken();
  const url = new URL('../realtime?model=gpt-realtime-2.1', callsUrl);
  url.protocol = url.protocol.replace('http', 'ws');
  const socket = new WebSocket(url, ['realtime', `openai-insecure-api-key.${value}`]);
  const send = (event) => socket.send(JSON.stringify(event));
  answer.value = '';
  socket.onopen = () => {
    const content = [{ type: 'input_text', text: 'good morning' }];
    send({ type: 'conversation.item.create', item: { type: 'message', role: 'user', content } });
    send({ type: 'response.create', response: { output_modalities: ['text'] } });
  };
  socket.onmessage = ({ data }) => {
    const event = JSON.parse(data);
    if (event.type === 'response.output_text.delta') answer.value += event.delta;
    if (event.type === 'response.done') socket.close();
  };
};
