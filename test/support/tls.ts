import { request } from 'node:https';
import { generate } from 'selfsigned';

/** PEM texts. Pass `cert` as `ca` to clients. */
export interface Certificate {
  readonly cert: string;
  readonly key: string;
}

/** Creates a self-signed certificate for 127.0.0.1. */
export async function createCertificate(): Promise<Certificate> {
  const { cert, private: key } = await generate([{ name: 'commonName', value: '127.0.0.1' }], {
    keyType: 'ec',
    extensions: [{ name: 'subjectAltName', altNames: [{ type: 7, ip: '127.0.0.1' }] }],
  });
  return { cert, key };
}

/** A minimal `fetch` for a session handler that trusts an additional certificate. The global `fetch` has no such option. */
export function createTrustingFetch(ca: string): typeof fetch {
  return async (input, init) => {
    const message = new Request(input, init);
    const { url, method, signal } = message;
    const headers = Object.fromEntries(message.headers);
    const body = await message.text();
    return new Promise((resolve, reject) => {
      const outgoing = request(url, { ca, method, headers, signal }, (incoming) => {
        const chunks: Buffer[] = [];
        incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
        incoming.on('error', reject);
        incoming.on('end', () => {
          const entries = Object.entries(incoming.headers).map(([name, value]): [string, string] => [
            name,
            String(value),
          ]);
          const status = incoming.statusCode ?? 500;
          resolve(new Response(Buffer.concat(chunks), { status, headers: entries }));
        });
      });
      outgoing.on('error', reject);
      outgoing.end(body);
    });
  };
}
