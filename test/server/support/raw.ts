import { connect } from 'node:net';

/**
 * Sends raw text over a new connection and reads everything until the server closes it.
 *
 * @param text - Should contain `Connection: close`.
 */
export function raw(origin: string, text: string): Promise<string> {
  const { port } = new URL(origin);
  return new Promise((resolve) => {
    const socket = connect(Number(port), '127.0.0.1', () => socket.write(text, 'latin1'));
    let received = '';
    socket.setEncoding('latin1').on('data', (chunk: string) => (received += chunk));
    socket.on('error', () => undefined);
    socket.on('close', () => resolve(received));
  });
}

/** A POST request as raw text. */
export function rawPost(body: string, headers: readonly string[] = []): string {
  const lines = ['POST /mint HTTP/1.1', 'Host: app.test', 'Content-Type: application/json', ...headers];
  return [...lines, 'Connection: close', `Content-Length: ${Buffer.byteLength(body)}`, '', body].join('\r\n');
}
