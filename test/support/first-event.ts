import { WebSocket } from 'ws';
import { onTestFinished } from 'vitest';

/** Opens a session as a browser does, with the token as a subprotocol, and resolves to the first event or rejects. */
export function firstEvent(url: string, token: string): Promise<unknown> {
  const socket = new WebSocket(url, ['realtime', `openai-insecure-api-key.${token}`]);
  onTestFinished(() => socket.terminate());
  return new Promise((resolve, reject) => {
    socket.once('error', reject);
    // With the default `binaryType`, text frames arrive as one buffer.
    socket.once('message', (data: Buffer) => resolve(JSON.parse(data.toString('utf8'))));
  });
}
