import { expect, test } from 'vitest';
import { openSite, outages, type ApiAnswer } from './site';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

test('refreshes the token before it expires while the page is visible', async () => {
  const { api, page, runFor } = openSite();
  await page.getToken();
  for (let minute = 0; minute < 6; minute += 1) {
    await runFor(MINUTE);
    expect(page.notice()).toBe('Voice is ready.');
    const before = api.mints;
    expect((await page.getToken()).remainingMs()).toBeGreaterThan(20_000); // the click does not wait
    expect(api.mints).toBe(before);
  }
  expect(api.mints).toBe(4); // one each 94 s or so, and not one each minute
});

test('does not refresh while the page is hidden, and does so when it is shown', async () => {
  const { api, environment, mints, page, runFor, settled } = openSite();
  await page.getToken();
  environment.hide();
  await runFor(HOUR);
  expect(api.mints).toBe(1);
  environment.show();
  await settled();
  expect(api.mints).toBe(2);
  expect(mints.at(-1)).toMatchObject({ reason: 'visible' });
});

test('gets a fresh token for the first click after eight hours of sleep', async () => {
  const { api, page, runFor, sleep } = openSite();
  const before = await page.getToken();
  await runFor(10_000);
  sleep(8 * HOUR);
  const clicks = await Promise.all([page.getToken(), page.getToken(), page.getToken()]);
  expect(clicks.map(({ value }) => value)).toEqual(['ek_2', 'ek_2', 'ek_2']);
  expect(clicks[0]?.remainingMs()).toBeGreaterThan(100_000);
  expect(before.remainingMs()).toBe(0);
  expect(api.requests).toBe(2);
});

test.each([
  ['back', -26 * HOUR],
  ['forward', 26 * HOUR],
])('works with a wall clock that was set %s', async (_direction, ms) => {
  const { api, clock, nowMs, page, runFor } = openSite();
  const first = await page.getToken();
  clock.jump(ms);
  for (let minute = 0; minute < 5; minute += 1) {
    await runFor(MINUTE);
    const token = await page.getToken();
    const reallyLeftMs = (api.expiresAtMs.get(token.value) ?? 0) - nowMs();
    expect(reallyLeftMs).toBeGreaterThan(5_000);
    expect(token.remainingMs()).toBeGreaterThan(5_000);
    expect(token.remainingMs()).toBeLessThanOrEqual(reallyLeftMs + 1_000);
  }
  expect(first.remainingMs()).toBe(0); // setting the clock back does not revive it
  expect(page.getState()).toMatchObject({ status: 'ready', expirySource: 'relative' });
  expect(api.mints).toBeLessThanOrEqual(6);
});

test('survives ten minutes without the API without a storm of requests', async () => {
  const { api, click, mints, page, runFor } = openSite();
  await page.getToken();
  const outage = async (answer: ApiAnswer, ms: number) => {
    const [mintsBefore, requestsBefore] = [mints.length, api.requests];
    api.answer = answer;
    await runFor(ms);
    return { fromPage: mints.length - mintsBefore, toApi: api.requests - requestsBefore };
  };

  const errors = await outage(outages.serverError, 4 * MINUTE);
  expect(page.notice()).toBe('Voice is not available at the moment. We keep trying.');
  const { answer, waitedMs } = await click();
  expect(answer).toMatchObject({ code: 'http', status: 502, fatal: false });
  expect(waitedMs).toBeLessThanOrEqual(90_000); // three attempts, 30 s apart at most
  const limited = await outage(outages.rateLimited, 3 * MINUTE);
  const limitedClick = await click();
  expect(limitedClick.answer).toMatchObject({ status: 503, retryAfterMs: 60_000 });
  expect(limitedClick.waitedMs).toBeLessThanOrEqual(30_000); // no click waits for a minute
  const timeouts = await outage(outages.hang, 3 * MINUTE);

  expect(errors.fromPage).toBeGreaterThan(5); // it did try
  expect(errors.fromPage).toBeLessThan(25);
  expect(errors.toApi).toBeLessThanOrEqual(3 * errors.fromPage); // the route repeats a request twice at most
  expect(limited.fromPage).toBeLessThanOrEqual(4); // `Retry-After: 60`
  expect(limited.toApi).toBe(limited.fromPage);
  expect(timeouts.fromPage).toBeGreaterThan(3);
  expect(timeouts.fromPage).toBeLessThan(20);

  api.answer = undefined;
  const before = mints.length;
  await runFor(30_000);
  expect(page.notice()).toBe('Voice is ready.');
  expect((await page.getToken()).remainingMs()).toBeGreaterThan(20_000);
  expect(mints.length - before).toBe(1);
});

test('keeps a working token, and aborts requests that the route does not answer', async () => {
  const { clock, events, network, page, runFor } = openSite();
  const first = await page.getToken();
  await clock.advance(50_000);
  network.state = 'hang';
  const forced = page.getToken({ force: true }).catch((error: unknown) => error);
  for (let attempt = 1; attempt <= 3; attempt += 1) {
    await clock.advance(10_000); // the time limit of a request
    await clock.advance(1_000); // the longest wait before the next one
  }
  expect(await forced).toMatchObject({ code: 'timeout', attempt: 3, fatal: false });
  expect((await page.getToken()).value).toBe(first.value);
  expect(page.notice()).toBe('Voice is ready.');
  network.state = 'up';
  await runFor(30_000);
  expect((await page.getToken()).value).not.toBe(first.value);
  expect(events.map(({ type }) => type)).toEqual(['minted', 'minted']); // the others never arrived
});

test('asks the user to sign in again, and stops', async () => {
  const { api, environment, events, mints, page, runFor, signedIn, settled, user } = openSite();
  await page.getToken();
  signedIn.clear();
  await runFor(95_000); // the refresh is refused, and the token still works
  expect(page.notice()).toBe('Please sign in again.');
  expect((await page.getToken()).value).toBe('ek_1');
  await runFor(MINUTE);
  await expect(page.getToken()).rejects.toMatchObject({ code: 'http', status: 401, fatal: true });
  expect(page.notice()).toBe('Please sign in again.');

  const before = mints.length;
  expect(before).toBe(4); // the first one, the refresh, and one for each click since
  await runFor(8 * HOUR);
  environment.hide();
  environment.show();
  environment.goOffline();
  environment.goOnline();
  await settled();
  expect(mints.length).toBe(before);
  expect(api.requests).toBe(1); // nothing reached the API
  expect(events.at(-1)).toMatchObject({ type: 'refused', code: 'unauthorized', status: 401 });

  // Signed in again: the next click works.
  user.accessToken = 'ada-token-2';
  signedIn.set('ada-token-2', { id: 'ada' });
  expect((await page.getToken({ force: true })).value).toBe('ek_2');
  expect(page.notice()).toBe('Voice is ready.');

  page.signOut();
  expect(page.notice()).toBe('You are signed out.');
  await expect(page.getToken()).rejects.toMatchObject({ code: 'disposed' });
  const after = mints.length;
  environment.hide();
  environment.show();
  await runFor(HOUR);
  await settled();
  expect(mints.length).toBe(after);
  expect(environment.listenerCount()).toBe(0);
});

test('discards what arrives after the sign-out', async () => {
  const { network, page } = openSite();
  network.state = 'hang';
  const pending = page.getToken();
  page.signOut();
  await expect(pending).rejects.toMatchObject({ code: 'disposed' });
});

test('is quiet while offline, and gets a token as soon as it is online', async () => {
  const { api, click, environment, mints, network, page, runFor, settled } = openSite();
  await page.getToken();
  environment.goOffline();
  network.state = 'down';
  await runFor(10 * MINUTE);
  expect(mints.length).toBe(1);
  expect((await click()).answer).toMatchObject({ code: 'network', fatal: false });
  expect(page.notice()).toBe('Waiting for the network …');
  const before = mints.length;
  await runFor(10 * MINUTE);
  expect(mints.length).toBe(before);
  network.state = 'up';
  environment.goOnline();
  await settled();
  expect(page.notice()).toBe('Voice is ready.');
  expect(mints.at(-1)).toMatchObject({ reason: 'online' });
  expect(api.mints).toBe(2);
});

test('waits when the limit of the route is reached', async () => {
  const { api, clock, events, openTab, page } = openSite({
    limits: { perPrincipal: { max: 2, windowMs: MINUTE } },
  });
  await page.getToken();
  await openTab().page.getToken();
  const third = openTab();
  const pending = third.page.getToken();
  await third.settled();
  expect(third.page.notice()).toBe('Too many requests. Voice is back in a moment.');
  expect(third.page.getState()).toMatchObject({
    status: 'loading',
    error: { status: 429, retryAfterMs: 30_000 },
  });
  expect(events.at(-1)).toMatchObject({
    type: 'refused',
    code: 'rate_limited',
    limit: 'principal',
    rate: { max: 2, windowMs: MINUTE },
    retryAfterMs: 30_000,
    remedy: expect.stringMatching(/limits|wait/i),
  });
  await clock.advance(29_000);
  expect(third.mints.length).toBe(1);
  await clock.advance(2_000);
  expect((await pending).value).toBe('ek_3');
  expect(api.requests).toBe(3);
});

test.each([
  { outage: 'serverError', status: 502, code: 'upstream_error', upstreamStatus: 500, remedy: /status page/i },
  { outage: 'rateLimited', status: 503, code: 'upstream_busy', upstreamStatus: 429, remedy: /limit/i },
  {
    outage: 'noCredit',
    status: 503,
    code: 'upstream_quota_exhausted',
    upstreamStatus: 429,
    remedy: /credit/i,
  },
  { outage: 'wrongKey', status: 500, code: 'server_misconfigured', upstreamStatus: 401, remedy: /key/i },
  {
    outage: 'badGateway',
    status: 502,
    code: 'upstream_invalid_response',
    upstreamStatus: 200,
    remedy: /baseUrl/,
  },
  { outage: 'hang', status: 504, code: 'upstream_timeout', upstreamStatus: undefined, remedy: /timeoutMs/ },
] as const)('reports $outage with its code and a remedy', async ({ outage, remedy, ...expected }) => {
  const { api, events, page, settled } = openSite();
  api.answer = outages[outage];
  page.getToken().catch(() => undefined);
  await settled();
  expect(events).toHaveLength(1);
  expect(events[0]).toMatchObject({ type: 'failed', ...expected, remedy: expect.stringMatching(remedy) });
  expect(JSON.stringify(events)).not.toMatch(/sk-test|ada-token/);
  const state = page.getState();
  // The request id that the page can show to support is that of the event.
  expect('error' in state ? state.error?.requestId : undefined).toBe(events[0]?.requestId);
});

test('reports a route that is shutting down', async () => {
  const { events, page, route, settled } = openSite();
  await route.close();
  page.getToken().catch(() => undefined);
  await settled();
  expect(events).toMatchObject([
    { type: 'failed', code: 'shutting_down', remedy: expect.stringMatching(/./) },
  ]);
});
