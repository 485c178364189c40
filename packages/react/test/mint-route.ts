import { createServer, type IncomingHttpHeaders } from 'node:http';
import { once } from 'node:events';
import { json } from 'node:stream/consumers';
import { onTestFinished } from 'vitest';

/** A call the route received. */
interface Post {
  readonly headers: IncomingHttpHeaders;
  readonly body: unknown;
}

/** A mint route on a real socket, for as long as the test runs. The page is moved to its origin. */
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
  movePageTo(origin);
  return { url: `${origin}/mint`, posts };
}

function movePageTo(url: string): void {
  const page = window as unknown as { happyDOM: { setURL(url: string): void } }; // the test page's own remote control
  page.happyDOM.setURL(url);
}
