import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { WebSocketServer } from 'ws';

/** The lifetime of Deepgram's tokens. */
const LIFETIME_SECONDS = 30;

/**
 * Starts a local fake of Deepgram. It grants tokens for a key, opens sessions for tokens that have not expired, and closes a
 * session with a summary on request.
 *
 * @returns its URL and the only valid key.
 */
export async function startFakeDeepgram() {
  const apiKey = `fake-${randomUUID()}`;
  const expiries = new Map();

  const server = createServer((request, response) => {
    const isGranted = request.headers.authorization === `Token ${apiKey}`;
    response.writeHead(isGranted ? 200 : 401, { 'content-type': 'application/json' });
    if (!isGranted) return response.end(JSON.stringify({ err_code: 'INVALID_AUTH' }));
    const token = randomUUID();
    expiries.set(token, Date.now() + LIFETIME_SECONDS * 1000);
    return response.end(JSON.stringify({ access_token: token, expires_in: LIFETIME_SECONDS }));
  });

  new WebSocketServer({
    server,
    path: '/v1/listen',
    verifyClient: ({ req }) => {
      const [scheme, token] = (req.headers['sec-websocket-protocol'] ?? '').split(', ');
      return scheme === 'bearer' && expiries.get(token) > Date.now();
    },
  }).on('connection', (socket) => {
    socket.on('message', (message) => {
      if (JSON.parse(message).type !== 'CloseStream') return;
      socket.send(JSON.stringify({ type: 'Metadata', request_id: randomUUID(), duration: 0, channels: 0 }));
      socket.close(1000);
    });
  });

  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  return { apiKey, url: `http://127.0.0.1:${port}` };
}
