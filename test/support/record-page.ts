import type { Page } from 'playwright-core';

// Call the recorders before the page loads. Everything they record starts over when the page is reloaded.

type StatusSource = 'status' | 'connection';

type StatusLog = Record<StatusSource, string[]>;

/** Records the statuses of the token (`status`) and the connection (`connection`) in the quickstart. */
export async function recordStatuses(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const log: StatusLog = { status: [], connection: [] };
    Object.assign(window, { statusLog: log });
    const record = (source: StatusSource): void => {
      const status =
        document.querySelector(`[data-testid=${source}]`)?.getAttribute(`data-${source}`) ?? undefined;
      if (status !== undefined && status !== log[source].at(-1)) log[source].push(status);
    };
    const recordBoth = (): void => {
      record('status');
      record('connection');
    };
    new MutationObserver(recordBoth).observe(document, { subtree: true, childList: true, attributes: true });
  });
}

/** The recorded statuses in order, without repetitions. */
export function readStatuses(page: Page, source: StatusSource = 'status'): Promise<readonly string[]> {
  return page.evaluate((key) => {
    const { statusLog } = window as Window & { statusLog?: StatusLog }; // set by recordStatuses()
    return statusLog?.[key] ?? [];
  }, source);
}

/** Records the markup after every change, including input values. */
export async function recordMarkup(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const log = new Set<string>();
    Object.assign(window, { markupLog: log });
    const record = (): void => {
      const values = Array.from(document.querySelectorAll('input'), ({ value }) => value);
      log.add([document.documentElement.outerHTML, ...values].join('\n'));
    };
    new MutationObserver(record).observe(document, {
      subtree: true,
      childList: true,
      attributes: true,
      characterData: true,
    });
  });
}

/** All recorded markup. */
export function readMarkup(page: Page): Promise<string> {
  return page.evaluate(() => {
    const { markupLog } = window as Window & { markupLog?: Set<string> }; // set by recordMarkup()
    return [...(markupLog ?? [])].join('\n');
  });
}

/** One HTTP exchange of a page, with headers and bodies. */
export interface Exchange {
  readonly url: string;
  readonly request: string;
  readonly responseHeaders: string;
  readonly responseBody: string;
}

/** What a page sent and received. */
export interface Traffic {
  /** All HTTP exchanges. Waits until pending exchanges have finished. */
  exchanges(): Promise<readonly Exchange[]>;
  /** Headers of the WebSocket handshakes. */
  readonly handshakes: readonly string[];
  /** WebSocket frames that the page sent. */
  readonly sent: readonly string[];
}

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

interface EventLog {
  readonly events: { readonly type: string }[];
  readonly channels: RTCDataChannel[];
}

/** Records the data channels that the page opens, and the Realtime events that it receives on them. */
export async function recordEvents(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const log: EventLog = { events: [], channels: [] };
    Object.assign(window, { eventLog: log });
    window.RTCPeerConnection = class extends RTCPeerConnection {
      override createDataChannel(label: string, init?: RTCDataChannelInit): RTCDataChannel {
        const channel = super.createDataChannel(label, init);
        channel.addEventListener('message', ({ data }) => {
          log.events.push(JSON.parse(data as string) as { type: string }); // every message is an event of the API
        });
        log.channels.push(channel);
        return channel;
      }
    };
  });
}

/** The types of the events that the page received, in order. */
export function readEventTypes(page: Page): Promise<readonly string[]> {
  return page.evaluate(() => {
    const { events } = Reflect.get(window, 'eventLog') as EventLog; // set by recordEvents()
    return events.map(({ type }) => type);
  });
}

/** Sends an event on the data channel that the page opened last, as if the page had sent it. */
export async function sendEvent(page: Page, event: object): Promise<void> {
  await page.evaluate((text) => {
    const { channels } = Reflect.get(window, 'eventLog') as EventLog; // set by recordEvents()
    channels.at(-1)?.send(text);
  }, JSON.stringify(event));
}
