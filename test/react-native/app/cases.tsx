import { createTokenManager, endpoint } from '@realtime-session/core';
import { reactNativeEnvironment } from '@realtime-session/core/react-native';
import { createManualClock } from '@realtime-session/core/testing';
import {
  useRealtimeSession,
  useRealtimeToken,
  type UseRealtimeSessionOptions,
} from '@realtime-session/react';
import { useRealtimeConnection } from '@realtime-session/react/webrtc';
import { createRealtimeConnection } from '@realtime-session/webrtc';
import { expect } from 'chai';
import { createElement, Fragment, type ReactNode } from 'react';
import { create, type ReactTestRenderer } from 'react-test-renderer';
import type { Case } from '../../runtimes/suite/case.ts';
import type { caseNames } from './case-names.ts';
import { createModules } from './modules.ts';
import { Peer } from './peer.ts';

let apps = 0;

/** An app with a mint route. Time passes when a case advances the clock. */
function createApp() {
  apps += 1;
  const modules = createModules();
  const clock = createManualClock();
  const environment = { ...reactNativeEnvironment(modules), clock };
  let mints = 0;
  const fetchMint = (): Promise<Response> => {
    mints += 1;
    return Promise.resolve(
      new Response(JSON.stringify({ value: `ek_${mints}`, expires_in: 600 }), { status: 200 }),
    );
  };
  const fetchToken = endpoint('https://api.example/realtime-session', { fetch: fetchMint });
  const options: UseRealtimeSessionOptions = { key: `app ${apps}`, fetchToken, environment };
  return { modules, clock, environment, options, fetchToken, mints: () => mints };
}

const platform = {
  PeerConnection: Peer as unknown as new () => RTCPeerConnection,
  fetch: () => Promise.resolve(new Response('v=0 answer', { status: 201 })),
};

/** Lets React render, run its effects, and render what they changed. It schedules its work with timers. */
async function settle({ clock }: ReturnType<typeof createApp>): Promise<void> {
  for (let round = 0; round < 10; round += 1) {
    await new Promise((resolve) => setTimeout(resolve, 0));
    await clock.advance(0);
  }
}

async function render(app: ReturnType<typeof createApp>, element: ReactNode): Promise<ReactTestRenderer> {
  const root = create(createElement(Fragment, undefined, element));
  await settle(app);
  return root;
}

/** What an app on React Native depends on: its state, the network, and a mint route. */
export const appCases: readonly (Case & { readonly name: (typeof caseNames)[number] })[] = [
  {
    name: 'ten components without a provider mint once',
    async run() {
      const app = createApp();
      function Status(): string {
        const { status } = useRealtimeSession(app.options);
        return `${status} ${useRealtimeToken(app.options)?.value ?? '-'} `;
      }
      const root = await render(
        app,
        Array.from({ length: 10 }, (_, index) => <Status key={index} />),
      );
      expect(JSON.stringify(root.toJSON())).to.equal(
        JSON.stringify(Array.from({ length: 10 }, () => 'ready ek_1 ')),
      );
      expect(app.mints()).to.equal(1);
      root.unmount();
      await settle(app);
      await app.clock.advance(2_000);
      expect([app.clock.pending(), app.modules.listenerCount()]).to.deep.equal([0, 0]);
    },
  },
  {
    name: 'a token is refreshed before it expires, but not in the background',
    async run() {
      const app = createApp();
      const tokens = createTokenManager({ fetchToken: app.fetchToken, environment: app.environment });
      tokens.keepFresh();
      await app.clock.advance(540_000);
      expect(tokens.peek()?.value).to.equal('ek_2');
      app.modules.setApp('background');
      await app.clock.advance(590_000);
      expect(app.mints()).to.equal(2);
      app.modules.setApp('active');
      await app.clock.advance(0);
      expect(tokens.peek()?.value).to.equal('ek_3');
      tokens.dispose();
      expect([app.clock.pending(), app.modules.listenerCount()]).to.deep.equal([0, 0]);
    },
  },
  {
    name: 'a token is not refreshed without a network, but when it comes back',
    async run() {
      const app = createApp();
      const tokens = createTokenManager({ fetchToken: app.fetchToken, environment: app.environment });
      tokens.keepFresh();
      await app.clock.advance(0);
      app.modules.setConnected('disconnected');
      await app.clock.advance(590_000);
      expect(app.mints()).to.equal(1);
      app.modules.setConnected('connected');
      await app.clock.advance(0);
      expect(tokens.peek()?.value).to.equal('ek_2');
      tokens.dispose();
    },
  },
  {
    name: 'a lost call is opened again when the network is back, and not before',
    async run() {
      const app = createApp();
      const tokens = createTokenManager({ fetchToken: app.fetchToken, environment: app.environment });
      const { environment } = app;
      const options = { environment, platform, audio: 'none', playback: 'none', reconnectLimit: 8 } as const;
      const connection = createRealtimeConnection(tokens, options);
      await connection.connect();
      expect(connection.getState().status).to.equal('connected');
      const opened = Peer.all.length;
      app.modules.setConnected('disconnected');
      Peer.all[opened - 1]?.fail();
      await app.clock.advance(600_000);
      expect(connection.getState()).to.include({ status: 'reconnecting', attempt: 1 });
      expect(Peer.all.length).to.equal(opened);
      app.modules.setConnected('connected');
      await app.clock.advance(0);
      expect(connection.getState().status).to.equal('connected');
      expect(Peer.all.length).to.equal(opened + 1);
      connection.close();
      tokens.dispose();
      expect([app.clock.pending(), app.modules.listenerCount()]).to.deep.equal([0, 0]);
    },
  },
  {
    name: 'without an environment a lost call is not retried in a burst',
    async run() {
      const app = createApp();
      const tokens = createTokenManager({ fetchToken: app.fetchToken, environment: app.environment });
      const { clock } = app;
      const setTimer: typeof clock.setTimer = (run, delayMs) => clock.setTimer(run, delayMs);
      const monotonicMs = (): number => clock.monotonicMs();
      const options = { audio: 'none', playback: 'none', reconnectLimit: 8 } as const;
      const connection = createRealtimeConnection(tokens, {
        ...options,
        platform: { ...platform, setTimer, monotonicMs },
      });
      await connection.connect();
      const opened = Peer.all.length;
      Peer.all[opened - 1]?.fail();
      await app.clock.advance(200);
      expect(connection.getState()).to.include({ status: 'reconnecting', attempt: 1 });
      await app.clock.advance(800);
      expect(connection.getState().status).to.equal('connected');
      expect(Peer.all.length).to.equal(opened + 1);
      connection.close();
      tokens.dispose();
    },
  },
  {
    name: 'a connection that fails rejects with its error',
    async run() {
      const app = createApp();
      const source = { withToken: () => Promise.reject(new TypeError('Network request failed')) };
      const { environment } = app;
      const connection = createRealtimeConnection(source, {
        environment,
        platform,
        audio: 'none',
        playback: 'none',
      });
      const error: unknown = await connection.connect().catch((thrown: unknown) => thrown);
      expect(error).to.include({ name: 'ConnectionError', code: 'token' });
      expect(connection.getState().status).to.equal('failed');
    },
  },
  {
    name: 'a call ends when its component unmounts',
    async run() {
      const app = createApp();
      const { environment } = app;
      let connect: (() => Promise<void>) | undefined;
      function Call(): string {
        const call = useRealtimeConnection(app.options, {
          environment,
          platform,
          audio: 'none',
          playback: 'none',
        });
        connect = call.connect;
        return call.status;
      }
      const root = await render(app, <Call />);
      await connect?.();
      await settle(app);
      expect(JSON.stringify(root.toJSON())).to.equal('"connected"');
      root.unmount();
      await settle(app);
      expect(Peer.all[Peer.all.length - 1]?.connectionState).to.equal('closed');
      await app.clock.advance(2_000);
      expect([app.clock.pending(), app.modules.listenerCount()]).to.deep.equal([0, 0]);
    },
  },
];
