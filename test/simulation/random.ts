/** Reproducible random numbers: the same seed gives the same numbers on every machine. */
export interface Random {
  /** A number in [0, 1). */
  next(): number;
  /** A number in [least, most). */
  between(least: number, most: number): number;
  /** A number in [least, most), uniform on a logarithmic scale. */
  anyScale(least: number, most: number): number;
  /** An exponentially distributed delay with this mean. */
  wait(meanMs: number): number;
  /** Returns `true` with this probability. */
  chance(probability: number): boolean;
  pick<T>(list: readonly T[]): T;
  weighted<T extends { readonly weight: number }>(list: readonly T[]): T;
  /** Creates an independent source. */
  fork(): Random;
}

/**
 * Creates a random source (mulberry32).
 *
 * @param seed - Any integer.
 */
export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  const between = (least: number, most: number): number => least + next() * (most - least);
  return {
    next,
    between,
    anyScale: (least, most) => Math.exp(between(Math.log(least), Math.log(most))),
    wait: (meanMs) => -Math.log(1 - next()) * meanMs,
    chance: (probability) => next() < probability,
    pick: (list) => list[Math.floor(next() * list.length)]!,
    weighted(list) {
      let left = next() * list.reduce((sum, item) => sum + item.weight, 0);
      return list.find((item) => (left -= item.weight) < 0) ?? list[0]!;
    },
    fork: () => createRandom(Math.floor(next() * 4_294_967_296)),
  };
}

/**
 * The seed of one episode.
 *
 * @param seed - Seed of the run.
 * @param episode - Number of the episode.
 */
export function episodeSeed(seed: number, episode: number): number {
  return Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(episode + 1, 0xc2b2ae35);
}
