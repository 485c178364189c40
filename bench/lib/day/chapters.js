const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;

/** The chapters of the page that stays open, in order. @type {readonly { title: string, run(context: object): Promise<void> }[]} */
export const CHAPTERS = [
  {
    title: 'mounted under StrictMode, two calls',
    async run({ browser, mount, call }) {
      mount();
      await browser.advance(5 * SECOND_MS);
      call();
      await browser.advance(20 * SECOND_MS);
      call();
      await browser.advance(MINUTE_MS);
    },
  },
  {
    title: 'a busy hour, twenty calls',
    async run({ browser, call }) {
      for (let count = 0; count < 20; count += 1) {
        const beforeMs = Math.round(browser.random() * 3 * MINUTE_MS);
        await browser.advance(beforeMs);
        call();
        await browser.advance(3 * MINUTE_MS - beforeMs);
      }
    },
  },
  {
    title: 'twenty simultaneous calls, three times',
    async run({ browser, call }) {
      for (let time = 0; time < 3; time += 1) {
        for (let count = 0; count < 20; count += 1) call();
        await browser.advance(17 * MINUTE_MS);
      }
    },
  },
  {
    title: 'visible for two hours, then a call',
    async run({ browser, call }) {
      await browser.advance(2 * HOUR_MS);
      call();
      await browser.advance(MINUTE_MS);
    },
  },
  {
    title: 'hidden for two hours, then a call',
    async run({ browser, call }) {
      browser.hide();
      await browser.advance(2 * HOUR_MS);
      browser.show();
      await browser.advance(SECOND_MS);
      call();
      await browser.advance(MINUTE_MS);
    },
  },
  {
    title: 'sleep of 45, 5 and 1 minutes, a call after each',
    async run({ browser, call }) {
      for (const minutes of [45, 5, 1]) {
        browser.sleep(minutes * MINUTE_MS);
        await browser.advance(2 * SECOND_MS);
        call();
        await browser.advance(30 * SECOND_MS);
      }
    },
  },
  {
    title: 'mint route down for ten of twenty minutes, a call per minute',
    async run({ server, callEvery }) {
      server.goDown();
      await callEvery(MINUTE_MS, 10);
      server.goUp();
      await callEvery(MINUTE_MS, 10);
    },
  },
  {
    title: 'offline for five of ten minutes, a call per minute',
    async run({ browser, callEvery }) {
      browser.goOffline();
      await callEvery(MINUTE_MS, 5);
      browser.goOnline();
      await callEvery(MINUTE_MS, 5);
    },
  },
  {
    title: 'system clock two hours fast for 20 minutes, a call per minute',
    async run({ browser, callEvery }) {
      browser.shiftClock(2 * HOUR_MS);
      await callEvery(MINUTE_MS, 20);
      browser.shiftClock(-2 * HOUR_MS);
      await browser.advance(MINUTE_MS);
    },
  },
  {
    title: 'system clock half an hour slow for 20 minutes, a call per minute',
    async run({ browser, callEvery }) {
      browser.shiftClock(-HOUR_MS / 2);
      await callEvery(MINUTE_MS, 20);
      browser.shiftClock(HOUR_MS / 2);
      await browser.advance(MINUTE_MS);
    },
  },
];

/** Four more tabs, each in a separate browser: opened, hidden, and shown once for a call. */
export const MORE_TABS = {
  title: 'four more tabs for one hour, a call in each',
  tabs: 4,
  async run({ browser, mount, call }, tab) {
    mount();
    await browser.advance(30 * SECOND_MS);
    browser.hide();
    const beforeMs = (10 + 10 * tab) * MINUTE_MS;
    await browser.advance(beforeMs);
    browser.show();
    await browser.advance(SECOND_MS);
    call();
    await browser.advance(MINUTE_MS);
    browser.hide();
    await browser.advance(HOUR_MS - beforeMs);
  },
};
