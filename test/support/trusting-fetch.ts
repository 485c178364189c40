import { request } from 'node:https';

/**
 * A `fetch` that trusts one more certificate. Enough of one for a session handler: the global one has no such option.
 *
 * @param ca - The certificate, PEM.
 */
export function trustingFetch(ca: string): typeof fetch {
  return async (input, init) => {
    const asked = new Request(input, init);
    const body = await asked.text();
    return new Promise((resolve, reject) => {
      const options = {
        ca,
        method: asked.method,
        headers: Object.fromEntries(asked.headers),
        signal: asked.signal,
      };
      const call = request(asked.url, options, (answer) => {
        const chunks: Buffer[] = [];
        answer.on('data', (chunk: Buffer) => chunks.push(chunk));
        answer.on('error', reject);
        answer.on('end', () => {
          const headers = Object.entries(answer.headers).map(([name, value]): [string, string] => [
            name,
            String(value),
          ]);
          resolve(new Response(Buffer.concat(chunks), { status: answer.statusCode ?? 500, headers }));
        });
      });
      call.on('error', reject);
      call.end(body);
    });
  };
}
