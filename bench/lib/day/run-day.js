import { CHAPTERS, MORE_TABS } from './chapters.js';
import { createMintServer } from './mint-server.js';
import { simulateBrowser } from './simulated-browser.js';

/** From getting the token until the API checks it. */
const CONNECT_MS = 150;

/**
 * Runs the simulated day with one client.
 *
 * @param createClient Creates the client for a mint server.
 * @returns the counts of each chapter, in the order of {@link TITLES}.
 */
export async function runDay(createClient, lifetimeS) {
  const day = await runOnPage({ createClient, lifetimeS, seed: 1 }, async (context) => {
    const counts = [];
    let before = context.readCounts();
    for (const { run } of CHAPTERS) {
      await run(context);
      const after = context.readCounts();
      counts.push(subtractCounts(after, before));
      before = after;
    }
    return counts;
  });
  const tabs = [];
  for (let tab = 0; tab < MORE_TABS.tabs; tab += 1) {
    const counts = await runOnPage({ createClient, lifetimeS, seed: 2 + tab }, async (context) => {
      await MORE_TABS.run(context, tab);
      return context.readCounts();
    });
    tabs.push(counts);
  }
  return [...day, sumCounts(tabs)];
}

/** The titles of the chapters. */
export const TITLES = [...CHAPTERS, MORE_TABS].map(({ title }) => title);

export function sumCounts(all) {
  return mapCounts(all[0], (key) => all.reduce((total, counts) => total + counts[key], 0));
}

const subtractCounts = (after, before) => mapCounts(after, (key) => after[key] - before[key]);

const mapCounts = (counts, valueOf) =>
  Object.fromEntries(Object.keys(counts).map((key) => [key, valueOf(key)]));

async function runOnPage({ createClient, lifetimeS, seed }, run) {
  const browser = simulateBrowser(seed);
  try {
    const server = createMintServer(browser, lifetimeS);
    const client = await createClient(server);
    const context = createChapterContext(browser, server, client);
    const result = await run(context);
    context.unmount();
    return result;
  } finally {
    browser.restore();
  }
}

/** What the chapters use: the browser, the server, calls with the client, and the counts. */
function createChapterContext(browser, server, client) {
  const counts = { calls: 0, rejected: 0, failed: 0, waitedMs: 0 };
  let unmount = () => undefined;
  let pendingCalls = 0;

  async function makeCall() {
    counts.calls += 1;
    pendingCalls += 1;
    const startedMs = browser.elapsedMs();
    try {
      const value = await client.getToken();
      counts.waitedMs += browser.elapsedMs() - startedMs;
      await browser.delay(CONNECT_MS);
      if (!server.accepts(value)) counts.rejected += 1;
    } catch {
      counts.failed += 1;
    } finally {
      pendingCalls -= 1;
    }
  }

  return {
    browser,
    server,
    /** Mounts, unmounts and mounts again, as StrictMode does. */
    mount() {
      client.mount()();
      unmount = client.mount();
    },
    unmount: () => unmount(),
    /** Starts a call without waiting for it. */
    call: () => void makeCall(),
    /** Starts a call, then advances the time, repeatedly. */
    async callEvery(stepMs, times) {
      for (let time = 0; time < times; time += 1) {
        void makeCall();
        await browser.advance(stepMs);
      }
    },
    /** All counts until now. Calls without a result count as failed. */
    readCounts: () => ({ ...counts, ...server.counts, failed: counts.failed + pendingCalls }),
  };
}
