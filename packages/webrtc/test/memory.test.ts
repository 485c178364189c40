import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, test } from 'vitest';
import { accepted, createStage, refused } from './support/stage.ts';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void; // the flag defines it

/** Creates a stage that lets go of its peers, and counts those that something else still reaches. */
function createLeakCheck(options: Parameters<typeof createStage>[0]) {
  const stage = createStage(options);
  const references: WeakRef<object>[] = [];
  function letGo(): void {
    for (const peer of stage.peers.splice(0)) references.push(new WeakRef(peer));
  }
  return {
    ...stage,
    letGo,
    async countReachablePeers(): Promise<number> {
      letGo();
      // A WeakRef keeps its target until the current task ends.
      await new Promise((resolve) => setImmediate(resolve));
      collectGarbage();
      return references.filter((reference) => reference.deref()).length;
    },
  };
}

describe('reachable peers stay two or fewer', () => {
  test('while one attempt reconnects a hundred times', async () => {
    const stage = createLeakCheck({ options: { reconnectLimit: 8 } });
    await stage.connection.connect();
    for (let calls = 0; calls < 100; calls += 1) {
      stage.peers[0]!.setConnectionState('failed');
      stage.letGo();
      await stage.environment.clock.advance(30_000);
      await stage.environment.clock.advance(30_000);
    }
    expect(stage.connection.getState().status).toBe('connected');
    expect(await stage.countReachablePeers()).toBeLessThanOrEqual(2);
    expect(stage.authorizations).toHaveLength(101);
  });

  test('after a hundred attempts that failed, and a hundred calls', async () => {
    let respond = (): Promise<Response> => refused(403);
    const stage = createLeakCheck({ responses: [() => respond()] });
    for (let attempts = 0; attempts < 200; attempts += 1) {
      if (attempts === 100) respond = accepted;
      const connecting = stage.connection.connect().catch(() => undefined);
      await stage.environment.clock.advance(8_000);
      await connecting;
      stage.letGo();
      if (attempts >= 100) stage.connection.close();
    }
    expect(stage.authorizations).toHaveLength(200);
    expect(await stage.countReachablePeers()).toBeLessThanOrEqual(2);
  });
});
