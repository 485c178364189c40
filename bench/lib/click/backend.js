import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { WebSocket } from 'ws';

/** Starts a mint route and an emulator in a separate process. */
export async function startBackend() {
  const child = fork(fileURLToPath(new URL('backend-process.js', import.meta.url)), { execArgv: [] });
  const [{ mintUrl, webSocketUrl }] = await once(child, 'message');
  return {
    mintUrl,
    async setMintLatency(mintLatencyMs) {
      child.send({ mintLatencyMs });
      await once(child, 'message');
    },
    /** Opens a session with a token and waits for the first event. */
    async waitForFirstEvent(value) {
      const socket = new WebSocket(webSocketUrl, ['realtime', `openai-insecure-api-key.${value}`]);
      const [data] = await once(socket, 'message');
      const { type } = JSON.parse(String(data));
      if (type !== 'session.created') throw new Error(`The first event of the session was ${type}.`);
      socket.terminate();
    },
    close: () => child.disconnect(),
  };
}
