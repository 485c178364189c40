import { readFile } from 'node:fs/promises';
import { setTimeout as startTimer, clearTimeout as stopTimer } from 'node:timers';
import { createContext, Script } from 'node:vm';
import type * as core from '@realtime-session/core';
import type * as reactNative from '@realtime-session/core/react-native';
import type * as webrtc from '@realtime-session/webrtc';
import { describe, expect, it } from 'vitest';
import { bundleHost } from './support/bundle.ts';

type Realm = typeof core & typeof reactNative & typeof webrtc;

async function compile(define: Readonly<Record<string, string>> = {}): Promise<Script> {
  const bundle = await bundleHost('globals', { format: 'iife', define: { ...define } });
  return new Script(await readFile(bundle, 'utf8'));
}

const script = await compile();

/** A signal without `reason` and `throwIfAborted()`, as in React Native. */
class OldSignal extends EventTarget {
  aborted = false;
}

class OldAbortController {
  readonly signal = new OldSignal();
  abort(): void {
    if (this.signal.aborted) return;
    this.signal.aborted = true;
    this.signal.dispatchEvent(new Event('abort'));
  }
}

/** What every runtime has. A new realm has only the language. */
const common = {
  AbortController,
  performance,
  setTimeout: startTimer,
  clearTimeout: stopTimer,
  queueMicrotask,
  Headers,
  Error,
};

/** Runs the packages in a realm that has these globals and no others. */
function createRealm(globals: object, bundle = script): Realm {
  const realm = createContext({ ...common, ...globals });
  bundle.runInContext(realm);
  return realm as unknown as Realm; // the host has defined these members
}

function createPage(): Pick<EventTarget, 'addEventListener' | 'dispatchEvent'> & { hidden: boolean } {
  return Object.assign(new EventTarget(), { hidden: false });
}

const fetchToken = () => ({ value: 'ek_1', expires_in: 600 });

describe.each([
  ['nothing else', {}],
  ['an empty document', { document: {} }],
  ['no document but null', { document: null }],
  ['an empty document and window', { document: {}, window: {}, navigator: {} }],
  ['a document without window and navigator', { document: createPage() }],
  ['a document and a navigator without onLine', { document: createPage(), navigator: {} }],
  ['the globals of a worker', { self: {}, navigator: { onLine: false }, addEventListener: () => undefined }],
  [
    'the globals of React Native',
    { navigator: { product: 'ReactNative' }, AbortController: OldAbortController },
  ],
])('core with %s', (_what, globals) => {
  it('gets, keeps and releases a token', async () => {
    const { createTokenManager } = createRealm(globals);
    const tokens = createTokenManager({ fetchToken });
    const release = tokens.keepFresh();
    expect((await tokens.getToken()).value).toBe('ek_1');
    expect(tokens.getState()).toMatchObject({ status: 'ready', refreshAtMs: expect.any(Number) as number });
    release();
    tokens.dispose();
    expect(tokens.getState()).toEqual({ status: 'disposed' });
  });
});

it('core listens to a page that has no window', async () => {
  const document = createPage();
  document.hidden = true;
  const { createTokenManager } = createRealm({ document });
  let calls = 0;
  const tokens = createTokenManager({ fetchToken: () => ({ value: `ek_${(calls += 1)}`, expires_in: 600 }) });
  tokens.keepFresh();
  expect(calls).toBe(0);
  document.hidden = false;
  document.dispatchEvent(new Event('visibilitychange'));
  await expect.poll(() => tokens.peek()?.value).toBe('ek_1');
  tokens.dispose();
});

it('core adds no key named "undefined" where there is no Symbol.dispose', async () => {
  const { createTokenManager } = createRealm({}, await compile({ 'Symbol.dispose': 'undefined' }));
  const tokens = createTokenManager({ fetchToken });
  expect(Object.keys(tokens)).not.toContain('undefined');
  expect(Object.getOwnPropertySymbols(tokens)).toEqual([]);
  tokens.dispose();
});

it('core rejects callers that abort a signal without a reason', async () => {
  const { createTokenManager, TokenError } = createRealm({ AbortController: OldAbortController });
  const tokens = createTokenManager({ fetchToken: () => new Promise(() => undefined) });
  const controller = new OldAbortController();
  const pending = tokens.getToken({ signal: controller.signal as unknown as AbortSignal });
  controller.abort();
  const error: unknown = await pending.catch((thrown: unknown) => thrown);
  expect(TokenError.is(error) && error.code).toBe('aborted');
  tokens.dispose();
});

describe('a connection in React Native', () => {
  const source = { withToken: () => Promise.reject(new TypeError('Network request failed')) };

  class Peer {
    localDescription = { sdp: 'v=0' };
    createDataChannel = () => ({});
    addTransceiver = () => ({ sender: { replaceTrack: () => Promise.resolve() } });
    setLocalDescription = () => Promise.resolve();
    close = () => undefined;
  }
  const platform = { PeerConnection: Peer as unknown as new () => RTCPeerConnection };
  const globals = { navigator: { product: 'ReactNative' }, AbortController: OldAbortController };

  it('rejects with its error and fails', async () => {
    const { createRealtimeConnection } = createRealm(globals);
    const connection = createRealtimeConnection(source, { audio: 'none', playback: 'none', platform });
    await expect(connection.connect()).rejects.toMatchObject({ code: 'token' });
    expect(connection.getState()).toMatchObject({ status: 'failed', error: { code: 'token' } });
  });

  it('rejects when it is closed while it connects', async () => {
    const { createRealtimeConnection } = createRealm(globals);
    const connection = createRealtimeConnection(source, { audio: 'none', playback: 'none', platform });
    const opened = connection.connect();
    connection.close();
    await expect(opened).rejects.toMatchObject({ code: 'closed' });
    expect(connection.getState()).toMatchObject({ status: 'closed' });
  });
});
