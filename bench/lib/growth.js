import { createTokenManager } from '@realtime-session/core';
import { createRealtimeSessionStore } from '@realtime-session/react';
import { memoryLimiter } from '@realtime-session/server';

const fresh = { value: 'ek_bench', expires_in: 3_600 };
const { signal } = new globalThis.AbortController();
const noop = () => undefined;

function createManager() {
  const tokens = createTokenManager({ fetchToken: () => fresh });
  tokens.setToken(fresh);
  return tokens;
}

/**
 * Objects that an app or a server can have many of. `createContainer()` creates what they are added to. `add()` adds one and
 * returns the argument of `remove()`. `rounds` limits the rounds of slow objects.
 */
export const kinds = {
  'managers with a token each': {
    rounds: 1,
    createContainer: noop,
    add: createManager,
    remove: (tokens) => tokens.dispose(),
  },
  'stores of one manager with a subscriber each': {
    rounds: 1,
    createContainer: createManager,
    add: (tokens) => createRealtimeSessionStore(tokens).subscribe(noop),
    remove: (unsubscribe) => unsubscribe(),
  },
  'leases of one manager': {
    createContainer: createManager,
    add: (tokens) => tokens.keepFresh(),
    remove: (release) => release(),
  },
  'subscribers of one manager': {
    createContainer: createManager,
    add: (tokens) => tokens.subscribe(() => undefined),
    remove: (unsubscribe) => unsubscribe(),
  },
  'keys of one limiter': {
    createContainer: () => memoryLimiter({ rate: { max: 30, windowMs: 60_000 }, maxKeys: 200_000 }),
    add: (limiter, index) => limiter.consume(`principal:user-${index}`, { signal }),
    remove: noop,
  },
};

/** Small counts are measured in many groups, because one group is too fast to measure. */
const MIN_UNITS = 2_000;

/** CPU time of this process, which excludes other load on the machine. */
function readCpuUs() {
  const { user, system } = process.cpuUsage();
  return user + system;
}

function readHeap() {
  globalThis.gc();
  return process.memoryUsage().heapUsed;
}

/** CPU microseconds to add and to remove one object, and its heap bytes. */
export function measure({ createContainer, add, remove }, count) {
  const groups = Array.from({ length: Math.ceil(MIN_UNITS / count) }, () => ({
    container: createContainer(),
    units: new Array(count),
  }));
  const total = groups.length * count;
  const before = readHeap();
  const start = readCpuUs();
  for (const { container, units } of groups) {
    for (let index = 0; index < count; index += 1) units[index] = add(container, index);
  }
  const added = readCpuUs();
  const bytes = (readHeap() - before) / total;
  const middle = readCpuUs();
  for (const { units } of groups) units.forEach(remove);
  const removed = readCpuUs();
  return { addUs: (added - start) / total, removeUs: (removed - middle) / total, bytes };
}
