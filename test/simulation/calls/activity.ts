/** Counts what happens outside of the timeline, so that a step can wait until everything is quiet. */
export interface Activity {
  /** Something happened, such as the arrival of an event. */
  note(): void;
  /** Runs real I/O: nothing is quiet until it has finished. */
  during<T>(run: () => Promise<T>): Promise<T>;
  /** Resolves when no I/O runs and nothing has happened for some rounds of the event loop. */
  settle(): Promise<void>;
}

/** Rounds without anything happening. A round lets sockets deliver and the thread pool finish its work, which a loaded machine delays. */
const QUIET_ROUNDS = 6;

/** Size of the thread pool of Node. */
const POOL_THREADS = 4;

/** Rounds after which something hangs that should not. */
const MAX_ROUNDS = 200_000;

export function createActivity(): Activity {
  let happened = 0;
  let settled = 0;
  let running = 0;
  const note = (): void => {
    happened += 1;
  };
  return {
    note,
    async during(run) {
      running += 1;
      note();
      try {
        return await run();
      } finally {
        running -= 1;
        note();
      }
    },
    async settle() {
      await nextImmediate();
      let quiet = happened === settled && running === 0 ? QUIET_ROUNDS : 0;
      for (let rounds = 0; quiet < QUIET_ROUNDS; rounds += 1) {
        if (rounds > MAX_ROUNDS) throw new Error('The simulation does not settle: I/O hangs.');
        const seen = happened;
        await nextRound();
        quiet = happened === seen && running === 0 ? quiet + 1 : 0;
      }
      settled = happened;
    },
  };
}

const nothing = new Uint8Array(1);

/** One round of the event loop. One digest for each thread waits its turn in the pool, behind the hashes of the handlers. */
async function nextRound(): Promise<void> {
  await Promise.all(Array.from({ length: POOL_THREADS }, () => crypto.subtle.digest('SHA-256', nothing)));
  await nextImmediate();
}

function nextImmediate(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
