import { createServer, type IncomingHttpHeaders } from 'node:http';
import { once } from 'node:events';
import { json } from 'node:stream/consumers';
import { onTestFinished } from 'vitest';

/** A request that the route received. */
interface Post {
  readonly headers: IncomingHttpHeaders;
  readonly body: unknown;
}

/** Opens a mint route on a real socket until the test finishes, and sets the page's URL to its origin. */
export async function openMintRoute(): Promise<{ url: string; posts: Post[] }> {
  const posts: Post[] = [];
  const server = createServer((request, response) => {
    void json(request).then((body) => {
      posts.push({ headers: request.headers, body });
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ value: `ek_${posts.length}`, expires_in: 600 }));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The route has no port.');
  const origin = `http://127.0.0.1:${address.port}`;
  setPageUrl(origin);
  return { url: `${origin}/mint`, posts };
}

function setPageUrl(url: string): void {
  const page = window as unknown as { happyDOM: { setURL(url: string): void } }; // happy-dom's own API
  page.happyDOM.setURL(url);
}
