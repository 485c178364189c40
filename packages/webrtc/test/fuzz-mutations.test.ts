import type { TokenManager } from '@realtime-session/core';
import {
  createRealtimeConnection,
  type RealtimeConnection,
  type RealtimeConnectionOptions,
  type TokenSource,
} from '@realtime-session/webrtc';
import { expect, test } from 'vitest';
import { fuzz } from '../../../test/simulation/connections/fuzz.ts';
import { generateSchedule } from '../../../test/simulation/connections/generate-schedule.ts';
import { afterMicrotasks } from '../../../test/simulation/connections/operations.ts';
import { runSchedule } from '../../../test/simulation/connections/run-schedule.ts';
import type { CreateConnection } from '../../../test/simulation/connections/world.ts';

type Platform = NonNullable<RealtimeConnectionOptions['platform']>;

/** Changes the browser that a connection gets. Options are read when they are needed, as without the change. */
function withPlatform(change: (platform: Platform) => Platform): CreateConnection {
  return (tokens, options) =>
    createRealtimeConnection(
      tokens,
      new Proxy(options, {
        get(target, name) {
          const value: unknown = Reflect.get(target, name);
          return name === 'platform' ? change(value as Platform) : value; // the option of this name
        },
      }),
    );
}

/** Changes what a connection returns. */
function withResult(
  change: (connection: RealtimeConnection, options: RealtimeConnectionOptions) => Partial<RealtimeConnection>,
): CreateConnection {
  return (tokens, options) => {
    const connection = createRealtimeConnection(tokens, options);
    return { ...connection, ...change(connection, options) };
  };
}

function withTokens(change: (tokens: TokenManager) => TokenSource): CreateConnection {
  return (source, options) =>
    createRealtimeConnection('withToken' in source ? change(source as TokenManager) : source, options); // most schedules use a manager
}

/** Changes the requests that a connection sends to a call route. `undefined` answers like a route that accepts them. */
function withRequests(
  change: (init: RequestInit, send: () => Promise<Response>) => Promise<Response>,
): CreateConnection {
  return withPlatform((platform) => ({
    ...platform,
    fetch: (url, init) => change(init, () => platform.fetch!(url, init)),
  }));
}

const mutations: Readonly<Record<string, { readonly create: CreateConnection; readonly rule: RegExp }>> = {
  'a microphone that is never stopped': {
    rule: /nothing-after-end|one-microphone/,
    create: withPlatform((platform) => ({
      ...platform,
      getUserMedia: async (constraints) => {
        const stream = await platform.getUserMedia?.(constraints);
        for (const track of stream?.getTracks() ?? []) track.stop = () => undefined;
        return stream!;
      },
    })),
  },
  'a peer that is never closed': {
    rule: /one-peer|nothing-after-end|closed|true-status/,
    create: withPlatform((platform) => {
      const Peer = platform.PeerConnection!;
      class OpenPeer extends Peer {
        override close(): void {
          // stays open
        }
      }
      return { ...platform, PeerConnection: OpenPeer };
    }),
  },
  'close() that does nothing': { rule: /closed/, create: withResult(() => ({ close: () => undefined })) },
  'mute() that does nothing': {
    rule: /true-muted|true-sending/,
    create: withResult(() => ({ mute: () => undefined })),
  },
  'a call that outlives its token source': {
    rule: /nothing-after-end|sent-after-end|closed-by-another/,
    create: withTokens((tokens) => ({ withToken: (use, init) => tokens.withToken(use, init) })),
  },
  'two mints for a call': {
    rule: /one-mint/,
    create: withTokens((tokens) => ({
      on: (listener) => tokens.on(listener),
      withToken: async (use, init) => {
        await tokens.getToken({ ...init, force: true });
        return tokens.withToken(use, init);
      },
    })),
  },
  'a signal that closes the call': {
    rule: /closed-by-another|lost-without-reason|abort-reason/,
    create: withResult(({ connect, close }) => ({
      connect: (init) => {
        init?.signal?.addEventListener('abort', close);
        return connect(init);
      },
    })),
  },
  'connect() that never settles': {
    rule: /unsettled|aborted-caller-waits/,
    create: withResult(({ connect }) => ({
      connect: (init) => {
        connect(init).catch(() => undefined);
        return new Promise(() => undefined);
      },
    })),
  },
  'a rejection that nothing handles': {
    rule: /unhandled-rejection/,
    create: withResult(({ connect }) => ({
      connect: (init) => {
        const opened = connect(init);
        void opened.then(() => undefined);
        return opened;
      },
    })),
  },
  'listeners that get the states out of order': {
    rule: /listener-order/,
    create: withResult(({ subscribe }) => ({
      subscribe: (listener) =>
        subscribe((state, previous) => {
          if (state.status === 'closed' || state.status === 'failed')
            afterMicrotasks(8)
              .then(() => listener(state, previous))
              .catch(() => undefined);
          else listener(state, previous);
        }),
    })),
  },
  'a call that opens again by itself': {
    rule: /unasked/,
    create: withResult(({ connect, subscribe }) => {
      subscribe(({ status }) => {
        if (status === 'closed') connect().catch(() => undefined);
      });
      return {};
    }),
  },
  'timers without a delay': {
    rule: /brake|runaway|lost-without-reason/,
    create: withPlatform((platform) => ({
      ...platform,
      setTimer: (run, delayMs) => platform.setTimer!(run, delayMs === 30_000 ? delayMs : 0),
    })),
  },
  'a call that is not ended through its route': {
    rule: /call-left-behind/,
    create: withRequests((init, send) =>
      init.method === 'DELETE' ? Promise.resolve(new Response(null, { status: 204 })) : send(),
    ),
  },
  'a call that is ended twice through its route': {
    rule: /request-after-end/,
    create: withRequests(async (init, send) => {
      if (init.method === 'DELETE') await send();
      return send();
    }),
  },
  'heartbeats after the end of a call': {
    rule: /request-after-end/,
    create: (source, options) => {
      const lastUrls: string[] = [];
      const connection = withPlatform((platform) => ({
        ...platform,
        fetch: (url, init) => {
          if (init.method === 'PUT') lastUrls.push(url);
          return platform.fetch!(url, init);
        },
      }))(source, options);
      connection.subscribe(({ status }) => {
        const url = lastUrls.pop();
        if (url && /closed|failed/.test(status))
          void options.platform?.fetch?.(url, { method: 'PUT' }).catch(() => undefined);
      });
      return connection;
    },
  },
  'a page that is left and keeps its call': {
    rule: /nothing-after-end|call-left-behind|sent-after-end/,
    create: withPlatform((platform) => ({ ...platform, onPageChange: () => undefined })),
  },
  'a stream of the app that is stopped': {
    rule: /stream-returned/,
    create: withResult(({ subscribe }, options) => {
      subscribe(({ status }) => {
        const { audio } = options;
        if (status !== 'closed' || typeof audio !== 'object' || !('getTracks' in audio)) return;
        for (const track of audio.getTracks()) track.stop();
      });
      return {};
    }),
  },
};

test.each(Object.entries(mutations))('notices %s', async (_name, { create, rule }) => {
  const { failure } = await fuzz(
    {
      generate: generateSchedule,
      run: (schedule) => runSchedule(schedule, create),
      command: 'pnpm fuzz:connections',
    },
    { seed: 1, schedules: 500 },
  );
  const [first = ''] = failure?.split('\n') ?? [];
  expect(first).toMatch(/^Seed \d+ broke /);
  expect(first).toMatch(rule);
});

test('reports the seed, a short schedule and the command that replays it', async () => {
  const create = mutations['close() that does nothing']!.create;
  const { failure = '' } = await fuzz(
    {
      generate: generateSchedule,
      run: (schedule) => runSchedule(schedule, create),
      command: 'pnpm fuzz:connections',
    },
    { seed: 1, schedules: 500 },
  );
  const [, seed] = /^Seed (\d+) broke closed/.exec(failure) ?? [];
  const [, length] = /Shortest schedule, (\d+) of/.exec(failure) ?? [];
  expect(Number(length)).toBeLessThan(4);
  expect(failure.split('\n').at(-1)).toBe(`Replay: pnpm fuzz:connections --schedules 1 --seed ${seed ?? ''}`);
});
