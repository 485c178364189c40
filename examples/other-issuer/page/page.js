import { createTokenManager } from '@realtime-session/core';
import { deepgram } from '@realtime-session/core/issuers';

// The issuer says how its answers are read; the fetcher, where they come from.
const tokens = createTokenManager({
  ...deepgram,
  fetchToken: ({ signal }) => fetch('/api/speech-token', { method: 'POST', signal }),
});

const [status, answer] = document.querySelectorAll('output');
const [signIn, open] = document.querySelectorAll('button');
let listenUrl = '';

tokens.subscribe(({ status: word }) => {
  status.value = word;
  open.disabled = word !== 'ready';
});

signIn.onclick = async () => {
  const response = await fetch('/sign-in', { method: 'POST' });
  ({ listenUrl } = await response.json());
  // From now on there is a token whenever somebody clicks, though each lives for thirty seconds.
  tokens.keepFresh();
};

open.onclick = async () => {
  const { value } = await tokens.getToken();
  const socket = new WebSocket(`${listenUrl}?model=nova-3`, ['bearer', value]);
  // Your audio goes here.
  socket.onopen = () => socket.send(JSON.stringify({ type: 'CloseStream' }));
  socket.onmessage = ({ data }) => {
    const { type, duration } = JSON.parse(data);
    if (type === 'Metadata') answer.value = `A session of ${duration} s of audio.`;
  };
};
