import { CHAPTERS, MORE_TABS } from './chapters.js';
import { createMintServer } from './mint-server.js';
import { createStage } from './stage.js';
import { enterWorld } from './world.js';

/**
 * Plays the day.
 *
 * @param createSubject Makes what is tried, in a world and with the mint route it is to use.
 * @returns what each chapter cost, in order.
 */
export async function playDay(createSubject, lifetimeS) {
  const day = await onPage({ createSubject, lifetimeS, seed: 1 }, async (stage) => {
    const counts = [];
    let before = stage.tally();
    for (const { play } of CHAPTERS) {
      await play(stage);
      const after = stage.tally();
      counts.push(difference(after, before));
      before = after;
    }
    return counts;
  });
  const tabs = [];
  for (let tab = 0; tab < MORE_TABS.tabs; tab += 1) {
    const played = await onPage({ createSubject, lifetimeS, seed: 2 + tab }, async (stage) => {
      await MORE_TABS.play(stage, tab);
      return stage.tally();
    });
    tabs.push(played);
  }
  return [...day, sum(tabs)];
}

/** Titles of what {@link playDay} returns. */
export const TITLES = [...CHAPTERS, MORE_TABS].map(({ title }) => title);

/** Adds counts up. */
export function sum(all) {
  return combine((key) => all.reduce((total, counts) => total + counts[key], 0), all[0]);
}

async function onPage({ createSubject, lifetimeS, seed }, play) {
  const world = enterWorld(seed);
  try {
    const server = createMintServer(world, lifetimeS);
    const subject = await createSubject(server);
    const stage = createStage(world, server, subject);
    const played = await play(stage);
    stage.unmount();
    return played;
  } finally {
    world.leave();
  }
}

const difference = (after, before) => combine((key) => after[key] - before[key], after);

const combine = (valueOf, like) => Object.fromEntries(Object.keys(like).map((key) => [key, valueOf(key)]));
