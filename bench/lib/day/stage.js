/** From taking the token to the moment the API looks at it. */
const CONNECT_MS = 150;

/** What a chapter can do with the subject and its world, and what came of it. */
export function createStage(world, server, subject) {
  const counts = { calls: 0, dead: 0, failed: 0, waitedMs: 0 };
  let release = () => undefined;
  let open = 0;

  async function call() {
    counts.calls += 1;
    open += 1;
    const startedMs = world.trueMs();
    try {
      const value = await subject.getToken();
      counts.waitedMs += world.trueMs() - startedMs;
      await world.after(CONNECT_MS);
      if (!server.accepts(value)) counts.dead += 1;
    } catch {
      counts.failed += 1;
    } finally {
      open -= 1;
    }
  }

  return {
    world,
    server,
    /** As a component under StrictMode does: mounted, unmounted, mounted. */
    mount() {
      subject.mount()();
      release = subject.mount();
    },
    unmount: () => release(),
    /** Somebody starts a call now; the chapter goes on. */
    call: () => void call(),
    /** Lets time pass with a call at every step of it. */
    async callEvery(stepMs, times) {
      for (let time = 0; time < times; time += 1) {
        void call();
        await world.advance(stepMs);
      }
    },
    /** Everything counted so far. A call that never got an answer has failed. */
    tally: () => ({ ...counts, ...server.counts, failed: counts.failed + open }),
  };
}
