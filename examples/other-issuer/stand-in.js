import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { WebSocketServer } from 'ws';

/** As short as Deepgram's own. */
const LIFETIME_SECONDS = 30;

/**
 * A local stand-in for Deepgram: it grants tokens for a key, opens a session for a token that has not expired, and closes it with a
 * summary when it is asked to.
 *
 * @returns its address, and the one key it takes.
 */
export async function startStandIn() {
  const apiKey = `stand-in-${randomUUID()}`;
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
