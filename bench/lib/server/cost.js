import { mintMany } from './load.js';

/** So many at once: enough to keep a server busy, few enough that it is not all waiting. */
const CONNECTIONS = 8;

/** What a server spends while it answers: microseconds of its own processor time, and mints a second. */
export async function costOf({ ask, port }, mints) {
  const before = await ask('cpu');
  const { seconds } = await mintMany(port, { mints, connections: CONNECTIONS });
  const after = await ask('cpu');
  const spent = after.user + after.system - before.user - before.system;
  return { cpuUs: spent / mints, perSecond: mints / seconds };
}

/** How long one client waits that is alone, in milliseconds. */
export async function waitOf({ port }, mints) {
  const { times } = await mintMany(port, { mints, connections: 1 });
  return { p50: times.percentile(50) / 1e6, p99: times.percentile(99) / 1e6 };
}
