import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { WebSocket } from 'ws';

/** A mint route with a Realtime API behind it, in a process of their own, and the way to a session's first event. */
export async function openStand() {
  const child = fork(fileURLToPath(new URL('stand-process.js', import.meta.url)), { execArgv: [] });
  const [{ mintUrl, webSocketUrl }] = await once(child, 'message');
  return {
    mintUrl,
    /** How long the API takes to mint from now on. */
    async setMintLatency(mintLatencyMs) {
      child.send({ mintLatencyMs });
      await once(child, 'message');
    },
    /** Opens a session with a token and waits for the first event. */
    async firstEvent(value) {
      const socket = new WebSocket(webSocketUrl, ['realtime', `openai-insecure-api-key.${value}`]);
      const [data] = await once(socket, 'message');
      const { type } = JSON.parse(String(data));
      if (type !== 'session.created') throw new Error(`The session began with ${type}.`);
      socket.terminate();
    },
    close: () => child.disconnect(),
  };
}
