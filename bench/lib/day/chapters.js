const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;

/** The day of the page that stays open, in its order. @type {readonly { title: string, play(stage: object): Promise<void> }[]} */
export const CHAPTERS = [
  {
    title: 'opened under StrictMode, two calls',
    async play({ world, mount, call }) {
      mount();
      await world.advance(5 * SECOND_MS);
      call();
      await world.advance(20 * SECOND_MS);
      call();
      await world.advance(MINUTE_MS);
    },
  },
  {
    title: 'a busy hour, twenty calls',
    async play({ world, call }) {
      for (let count = 0; count < 20; count += 1) {
        const beforeMs = Math.round(world.random() * 3 * MINUTE_MS);
        await world.advance(beforeMs);
        call();
        await world.advance(3 * MINUTE_MS - beforeMs);
      }
    },
  },
  {
    title: 'twenty at once, three times',
    async play({ world, call }) {
      for (let time = 0; time < 3; time += 1) {
        for (let count = 0; count < 20; count += 1) call();
        await world.advance(17 * MINUTE_MS);
      }
    },
  },
  {
    title: 'in sight for two hours, then a call',
    async play({ world, call }) {
      await world.advance(2 * HOUR_MS);
      call();
      await world.advance(MINUTE_MS);
    },
  },
  {
    title: 'hidden for two hours, then a call',
    async play({ world, call }) {
      world.hide();
      await world.advance(2 * HOUR_MS);
      world.show();
      await world.advance(SECOND_MS);
      call();
      await world.advance(MINUTE_MS);
    },
  },
  {
    title: 'asleep for 45, 5 and 1 minutes, a call after each',
    async play({ world, call }) {
      for (const minutes of [45, 5, 1]) {
        world.sleep(minutes * MINUTE_MS);
        await world.advance(2 * SECOND_MS);
        call();
        await world.advance(30 * SECOND_MS);
      }
    },
  },
  {
    title: 'mint route down for ten minutes of twenty, a call a minute',
    async play({ server, callEvery }) {
      server.goDown();
      await callEvery(MINUTE_MS, 10);
      server.comeBack();
      await callEvery(MINUTE_MS, 10);
    },
  },
  {
    title: 'offline for five minutes of ten, a call a minute',
    async play({ world, callEvery }) {
      world.goOffline();
      await callEvery(MINUTE_MS, 5);
      world.goOnline();
      await callEvery(MINUTE_MS, 5);
    },
  },
  {
    title: 'clock two hours ahead, a call a minute for twenty',
    async play({ world, callEvery }) {
      world.setClock(2 * HOUR_MS);
      await callEvery(MINUTE_MS, 20);
      world.setClock(-2 * HOUR_MS);
      await world.advance(MINUTE_MS);
    },
  },
  {
    title: 'clock half an hour behind, a call a minute for twenty',
    async play({ world, callEvery }) {
      world.setClock(-HOUR_MS / 2);
      await callEvery(MINUTE_MS, 20);
      world.setClock(HOUR_MS / 2);
      await world.advance(MINUTE_MS);
    },
  },
];

/** Four more tabs, each played in a world of its own: opened, hidden, and looked at once for a call. */
export const MORE_TABS = {
  title: 'four more tabs for an hour, a call in each',
  tabs: 4,
  async play({ world, mount, call }, tab) {
    mount();
    await world.advance(30 * SECOND_MS);
    world.hide();
    const beforeMs = (10 + 10 * tab) * MINUTE_MS;
    await world.advance(beforeMs);
    world.show();
    await world.advance(SECOND_MS);
    call();
    await world.advance(MINUTE_MS);
    world.hide();
    await world.advance(HOUR_MS - beforeMs);
  },
};
