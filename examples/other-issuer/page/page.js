import { createTokenManager } from '@realtime-session/core';
import { deepgram } from '@realtime-session/core/issuers';

// The issuer preset parses the responses; the fetcher requests them.
const tokens = createTokenManager({
  ...deepgram,
  fetchToken: ({ signal }) => fetch('/api/speech-token', { method: 'POST', signal }),
});

const [status, answer] = document.querySelectorAll('output');
const [signIn, open] = document.querySelectorAll('button');
let listenUrl = '';

tokens.subscribe((state) => {
  status.value = state.status;
  open.disabled = state.status !== 'ready';
});

signIn.onclick = async () => {
  const response = await fetch('/sign-in', { method: 'POST' });
  ({ listenUrl } = await response.json());
  // From now on a token is ready for every click, although each one expires after 30 seconds.
  tokens.keepFresh();
};

open.onclick = async () => {
  const { value } = await tokens.getToken();
  const socket = new WebSocket(`${listenUrl}?model=nova-3`, ['bearer', value]);
  // Send your audio here.
  socket.onopen = () => socket.send(JSON.stringify({ type: 'CloseStream' }));
  socket.onmessage = ({ data }) => {
    const { type, duration } = JSON.parse(data);
    if (type === 'Metadata') answer.value = `A session of ${duration} s of audio.`;
  };
};
