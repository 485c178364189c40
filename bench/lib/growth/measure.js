/** A few take no time that a clock could tell, so they are made in many groups. */
const LEAST_UNITS = 2_000;

/** Of this process alone, so that what else the machine does is not in it. */
function cpuUs() {
  const { user, system } = process.cpuUsage();
  return user + system;
}

function heap() {
  globalThis.gc();
  return process.memoryUsage().heapUsed;
}

/** Microseconds of processor time to add and to remove one of so many, and bytes that one of them takes. */
export function measure({ among, add, remove }, count) {
  const groups = Array.from({ length: Math.ceil(LEAST_UNITS / count) }, () => ({
    box: among(),
    units: new Array(count),
  }));
  const total = groups.length * count;
  const before = heap();
  const start = cpuUs();
  for (const { box, units } of groups) {
    for (let index = 0; index < count; index += 1) units[index] = add(box, index);
  }
  const added = cpuUs();
  const bytes = (heap() - before) / total;
  const middle = cpuUs();
  for (const { units } of groups) units.forEach(remove);
  const removed = cpuUs();
  return { addUs: (added - start) / total, removeUs: (removed - middle) / total, bytes };
}
