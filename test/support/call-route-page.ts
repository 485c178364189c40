import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createRealtimeEmulator, type LiveOptions } from '@realtime-session/emulator';
import {
  createCallHandler,
  openaiCalls,
  openaiLive,
  type CallEvent,
  type CallHandlerOptions,
  type CallLimits,
} from '@realtime-session/server/calls';
import { toNodeHandler } from '@realtime-session/server/node';
import type { Browser } from 'playwright-core';
import { onTestFinished } from 'vitest';
import { openPage } from './open-page.ts';
import { recordMedia } from './record-media.ts';

type AnyEvent = Parameters<NonNullable<CallHandlerOptions['onEvent']>>[0];

export interface CallRoutePageOptions {
  readonly script: string;
  readonly callLimits?: CallLimits;
  /** Where the route is, seen from the page. Default `same-origin`. */
  readonly route?: 'same-origin' | 'other-origin';
  /** The user of the page's cookie. Default `ann`. */
  readonly user?: string;
  readonly pageUpdates?: 'restore' | 'allow';
  /** The API of the calls. Default `realtime`. */
  readonly api?: 'realtime' | 'live';
  /** What the emulator does with Live sessions. */
  readonly live?: LiveOptions;
}

/** The instructions of Live sessions, which no page receives. */
export const INSTRUCTIONS = 'Answer in rhymes.';

async function listen(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  const { port } = server.address() as AddressInfo; // it is a string only for pipes
  return `http://localhost:${port}`;
}

/** Opens a page that calls through a real call route, with an emulator behind it. The route knows the user by a cookie. */
export async function openCallRoutePage(browser: Browser, options: CallRoutePageOptions) {
  const emulator = await createRealtimeEmulator({ peerTimeoutMs: 3_000, live: options.live ?? {} });
  const events: AnyEvent[] = [];
  const page = await listen((_request, response) => {
    response.setHeader('content-type', 'text/html').end(htmlOf(options.script));
  });
  const calls = createCallHandler({
    apiKey: emulator.apiKey,
    ...(options.api === 'live'
      ? {
          upstream: openaiLive({ baseUrl: emulator.url }),
          session: { model: 'gpt-live-1', instructions: INSTRUCTIONS },
        }
      : {
          upstream: openaiCalls({ baseUrl: emulator.url, pageUpdates: options.pageUpdates ?? 'restore' }),
          session: { model: 'gpt-realtime-2.1' },
        }),
    allow: ['audio.output.voice'],
    allowedOrigins: [page],
    authorize(request) {
      const id = /user=(\w+)/.exec(request.headers.get('cookie') ?? '')?.[1];
      return id === undefined ? undefined : { id };
    },
    callLimits: options.callLimits ?? {},
    onEvent: (event) => void events.push(event),
  });
  const route = await listen(toNodeHandler(calls));
  onTestFinished(async () => {
    await calls.close({ graceMs: 0 });
    await emulator.close();
  });
  const isOther = options.route === 'other-origin';
  // The same server answers at the page's own origin, so that there is no proxy to configure.
  const origin = isOther
    ? page
    : await listen((request, response) => {
        if (request.url?.startsWith('/api/') === true) toNodeHandler(calls)(request, response);
        else response.setHeader('content-type', 'text/html').end(htmlOf(options.script));
      });
  const opened = await openPage(browser, {
    url: `${origin}/`,
    context: { permissions: ['microphone'] },
    expectedErrors: [/Failed to load resource/],
    async before(blank) {
      await blank.context().addCookies([{ name: 'user', value: options.user ?? 'ann', url: origin }]);
      await recordMedia(blank);
    },
  });
  return {
    ...opened,
    emulator,
    calls,
    url: isOther ? `${route}/api/call` : '/api/call',
    origin,
    /** Events of one type, in order. */
    eventsOf: <Type extends AnyEvent['type']>(type: Type) =>
      events.filter((event): event is Extract<CallEvent, { type: Type }> & AnyEvent => event.type === type),
    /** Calls on the emulator, as `state closedBy`. */
    emulated: () =>
      emulator.calls().map(({ state, closedBy }) => (closedBy ? `${state} ${closedBy}` : state)),
  };
}

function htmlOf(script: string): string {
  return `<!doctype html><meta charset="utf-8"><link rel="icon" href="data:,"><script>${script.replaceAll('</script', '<\\/script')}</script>`;
}
