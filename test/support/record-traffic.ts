import type { Page } from 'playwright-core';

/** One HTTP exchange of a page, every byte that can be seen. */
export interface Exchange {
  readonly url: string;
  readonly request: string;
  readonly responseHeaders: string;
  readonly responseBody: string;
}

/** What a page sent and received. */
export interface Traffic {
  /** Finished HTTP exchanges, bodies included. Waits for those under way. */
  exchanges(): Promise<readonly Exchange[]>;
  /** Headers of the WebSocket handshakes. */
  readonly handshakes: readonly string[];
  /** What the page sent over WebSockets. */
  readonly sent: readonly string[];
}

/** Records everything from now on; call it before the page loads. */
export async function recordTraffic(page: Page): Promise<Traffic> {
  const pending: Promise<Exchange>[] = [];
  const handshakes: string[] = [];
  const sent: string[] = [];
  page.on('response', (response) => {
    const exchange = async (): Promise<Exchange> => ({
      url: response.url(),
      request: JSON.stringify(await response.request().allHeaders()) + (response.request().postData() ?? ''),
      responseHeaders: JSON.stringify(await response.allHeaders()),
      responseBody: (await response.body()).toString('utf8'),
    });
    pending.push(exchange());
  });
  page.on('websocket', (socket) => {
    socket.on('framesent', ({ payload }) => sent.push(payload.toString()));
  });
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('Network.enable');
  devtools.on('Network.webSocketWillSendHandshakeRequest', ({ request }) => {
    handshakes.push(JSON.stringify(request.headers));
  });
  return { exchanges: () => Promise.all(pending), handshakes, sent };
}
