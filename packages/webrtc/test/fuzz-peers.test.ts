import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { createTokenManager } from '@realtime-session/core';
import { createManualEnvironment } from '@realtime-session/core/testing';
import { createRealtimeConnection, type RealtimeConnectionOptions } from '@realtime-session/webrtc';
import { expect, test } from 'vitest';
import { FakeBrowser } from '../../../test/simulation/connections/fake-browser.ts';
import type { FakePeer } from '../../../test/simulation/connections/fake-peer.ts';
import { Operations, type Plans } from '../../../test/simulation/connections/operations.ts';
import { settle } from '../../../test/simulation/connections/run-schedule.ts';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void; // the flag above creates it

/** Chromium refuses more than 500 peers that are closed but reachable. */
const MAX_REACHABLE = 2;
const CALLS = 30;

/** Creates a connection in a browser that forgets its peers, but counts those that can be reached. */
function createStage(plans: Plans, options: RealtimeConnectionOptions = {}) {
  const environment = createManualEnvironment();
  const peers: WeakRef<FakePeer>[] = [];
  const browser = new FakeBrowser(
    {
      name: 'browser',
      environment,
      operations: new Operations(plans, () => undefined),
      random: () => 0,
      log: () => undefined,
      onHook: () => undefined,
      onUncaught: () => undefined,
      onPrompt: () => undefined,
      onPeer: (peer) => void peers.push(new WeakRef(peer)),
      onPost: () => undefined,
      onOrphanSend: () => undefined,
      onLoss: () => undefined,
      onRejected: () => undefined,
      check: () => undefined,
    },
    'aborts',
  );
  const tokens = createTokenManager({
    environment,
    minIntervalMs: 0,
    fetchToken: () => Promise.resolve({ value: 'ek_1', expires_in: 600 }),
  });
  const connection = createRealtimeConnection(tokens, { ...options, platform: browser.platform });
  return {
    browser,
    connection,
    tokens,
    advance: (ms: number) => environment.clock.advance(ms),
    opened: () => peers.length,
    async countReachable(): Promise<number> {
      browser.peers.length = 0;
      browser.tracks.length = 0;
      for (let round = 0; round < 3; round += 1) {
        await settle();
        collectGarbage();
      }
      return peers.filter((peer) => peer.deref() !== undefined).length;
    },
  };
}

type Stage = ReturnType<typeof createStage>;

const refusals = Array.from({ length: CALLS }, () => ({ after: 1, outcome: '400 bad' }));

const lives: readonly (readonly [string, Stage, (stage: Stage) => Promise<void>])[] = [
  [
    'calls that are closed',
    createStage({}),
    async ({ connection, advance }) => {
      await connection.connect();
      await advance(1_000);
      connection.close();
    },
  ],
  [
    'calls that are refused',
    createStage({ post: refusals }),
    async ({ connection, advance }) => {
      connection.connect().catch(() => undefined);
      await advance(60_000);
    },
  ],
  [
    'calls that are closed while they open',
    createStage({}),
    async ({ connection }) => {
      connection.connect().catch(() => undefined);
      await settle();
      connection.close();
    },
  ],
  [
    'calls that end with their token source',
    createStage({}),
    async ({ connection, tokens, advance }) => {
      await connection.connect();
      tokens.reset();
      await advance(1_000);
    },
  ],
  [
    'one call that is reopened again and again',
    createStage({}, { reconnectLimit: 8 }),
    async ({ connection, browser, advance }) => {
      if (connection.getState().status === 'idle') await connection.connect();
      browser.livePeers[0]?.setConnectionState('failed');
      await advance(31_000);
    },
  ],
  [
    'one call that changes its microphone while it is reopened',
    createStage({}, { reconnectLimit: 8 }),
    async ({ connection, browser, advance }) => {
      if (connection.getState().status === 'idle') await connection.connect();
      await connection.setMicrophone({});
      browser.livePeers[0]?.channel?.close();
      await advance(31_000);
    },
  ],
];

test.each(lives)(
  `${CALLS} peers of %s leave at most ${MAX_REACHABLE} reachable`,
  async (_name, stage, live) => {
    for (let call = 0; call < CALLS; call += 1) await live(stage);
    expect(stage.opened()).toBeGreaterThanOrEqual(CALLS);
    expect(await stage.countReachable()).toBeLessThanOrEqual(MAX_REACHABLE);
    // The connection itself is still reachable.
    expect(stage.connection.getState().status).not.toBe('connecting');
  },
);
