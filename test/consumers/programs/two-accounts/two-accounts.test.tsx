import { createTokenManager, endpoint } from '@realtime-session/core';
import { createManualEnvironment } from '@realtime-session/core/testing';
import { createRealtimeEmulator } from '@realtime-session/emulator';
import { bearerToken, createSessionHandler, openai } from '@realtime-session/server';
import { act, cleanup, fireEvent, render, screen, within } from '@testing-library/react';
import { StrictMode } from 'react';
import { expect, onTestFinished, test } from 'vitest';
import { authorization, createAccounts, type Account, type CreateTokens } from './accounts';
import type { Call } from './calls';
import { AccountsPage, type AccountsPageProps } from './page';
import { renderPage } from './server';

const anna = 'anna@shop';
const ben = 'ben@bank';
const owners = new Map([
  ['access-token-1', anna],
  ['access-token-2', ben],
]);
const ownerOf = (request: Request) => owners.get(bearerToken(request) ?? '');

/** The mint route and the API in this process, and what the page sends to them. */
async function openSite() {
  const environment = createManualEnvironment();
  const { clock } = environment;
  const emulator = await createRealtimeEmulator({ clock });
  const refused = new Set<string>();
  const handler = createSessionHandler({
    apiKey: emulator.apiKey,
    upstream: openai({ baseUrl: `${emulator.url}/v1` }),
    authorize: (request) => {
      const id = ownerOf(request);
      return id === undefined || refused.has(id) ? null : { id };
    },
    session: { model: 'gpt-realtime-2.1' },
    nowMs: () => clock.nowMs(),
    onEvent: () => {},
  });

  /** All mints of an account: its requests, how many were aborted, and the secrets that its page received. */
  const mints = {
    started: [] as string[],
    aborted: [] as string[],
    secrets: [] as [id: string, secret: string][],
  };
  const held = new Set<string>();
  const secretsOf = (id: string) =>
    mints.secrets.filter(([owner]) => owner === id).map(([, secret]) => secret);
  const count = (list: readonly string[], id: string) => list.filter((one) => one === id).length;

  async function mint(url: string, init: RequestInit): Promise<Response> {
    const request = new Request(url, init);
    const id = ownerOf(request) ?? 'nobody';
    mints.started.push(id);
    init.signal?.addEventListener('abort', () => mints.aborted.push(id));
    if (held.has(id)) return new Promise(() => {}); // the route does not answer
    const response = await handler(request, { address: '192.0.2.1' });
    const body = (await response.clone().json()) as { readonly value?: string };
    if (body.value !== undefined) mints.secrets.push([id, body.value]);
    return response;
  }

  const createTokens: CreateTokens = (account) =>
    createTokenManager({
      environment,
      minIntervalMs: 0,
      fetchToken: endpoint('http://localhost/api/realtime-session', {
        fetch: mint,
        headers: () => authorization(account),
      }),
    });
  const all: readonly Account[] = [...owners].map(([accessToken, id]) => ({
    id,
    getAccessToken: () => Promise.resolve(accessToken),
  }));
  const calls: { readonly secret: string; ended: boolean }[] = [];
  const openCall = (secret: string): Promise<Call> => {
    const call = { secret, ended: false };
    calls.push(call);
    return Promise.resolve({ end: () => (call.ended = true) });
  };
  const accounts = createAccounts(all, createTokens);
  const props: AccountsPageProps = { accounts, openCall };

  onTestFinished(async () => {
    cleanup();
    accounts.dispose();
    await handler.close();
    await emulator.close();
  });
  return { accounts, calls, clock, count, emulator, environment, held, mints, props, refused, secretsOf };
}

const card = (id: string) => within(screen.getByRole('region', { name: id }));
const statusOf = (id: string) => card(id).queryByRole('status')?.textContent;
const click = (name: string, id?: string) =>
  act(async () => fireEvent.click((id === undefined ? screen : card(id)).getByRole('button', { name })));
const select = (id: string) => fireEvent.click(card(id).getByRole('radio'));

async function ready(...ids: string[]) {
  for (const id of ids) await expect.poll(() => act(async () => statusOf(id))).toBe('ready');
}

/** A signed-in page, in StrictMode. */
async function openPage() {
  const site = await openSite();
  const { unmount } = render(<AccountsPage {...site.props} />, { wrapper: StrictMode });
  await ready(anna, ben);
  return { ...site, unmount };
}

test('mints once for each account, for all of its components', async () => {
  const { calls, emulator, mints } = await openPage();
  await click('Call');
  await click('Call');
  await expect.poll(() => calls).toHaveLength(2);
  expect(mints.started.toSorted()).toEqual([anna, ben]);
  expect(emulator.stats().mints).toBe(2);
});

test('counts the remaining time of each token down', async () => {
  const { clock } = await openPage();
  // The countdown of a manager that the app owns ticks with the page's timers, at most one second later.
  const seconds = (id: string) => act(async () => Number.parseInt(card(id).getByRole('timer').textContent));
  const poll = (id: string) => expect.poll(() => seconds(id), { timeout: 20_000 });
  for (const id of [anna, ben]) await poll(id).toBeGreaterThan(100);
  const before = [await seconds(anna), await seconds(ben)];
  await act(() => clock.advance(30_000));
  for (const [index, id] of [anna, ben].entries()) await poll(id).toBe((before[index] ?? 0) - 30);
});

test('calls with the token of the selected account', async () => {
  const { calls, secretsOf } = await openPage();
  await click('Call');
  select(ben);
  await click('Call');
  select(anna);
  await click('Call');
  expect(secretsOf(anna)).toHaveLength(1);
  expect(calls.map(({ secret }) => secret)).toEqual([
    ...secretsOf(anna),
    ...secretsOf(ben),
    ...secretsOf(anna),
  ]);
});

test('never shows a token, or one account the token of the other', async () => {
  const { mints, secretsOf } = await openPage();
  expect(new Set(mints.secrets.map(([, secret]) => secret)).size).toBe(2);
  expect(secretsOf(anna)).not.toContain(secretsOf(ben)[0]);
  expect(document.documentElement.outerHTML).not.toMatch(/ek_|access-token/);
});

test('signs out of one account, and leaves the other', async () => {
  const { calls, clock, count, mints } = await openPage();
  await click('Call');
  select(ben);
  await click('Call');
  await act(() => clock.advance(30_000));
  await click('Sign out', anna);
  expect(card(anna).queryByRole('status')).toBeNull();
  expect(calls.map(({ ended }) => ended)).toEqual([true, false]);
  expect(statusOf(ben)).toBe('ready');

  await act(() => clock.advance(10_000));
  await click('Call');
  expect(calls[2]?.secret).toBe(calls[1]?.secret);
  expect(count(mints.started, anna)).toBe(1);
  expect(count(mints.started, ben)).toBe(1);
});

test('sign-out aborts a mint that is not answered', async () => {
  const { held, mints, props, calls } = await openSite();
  held.add(anna);
  render(<AccountsPage {...props} />, { wrapper: StrictMode });
  await ready(ben);
  expect(statusOf(anna)).toBe('loading');
  await click('Call'); // waits for anna's token
  await click('Sign out', anna);
  expect(mints.aborted).toEqual([anna]);
  expect(calls).toEqual([]);
  expect(screen.queryByRole('alert')).toBeNull();
  expect(statusOf(ben)).toBe('ready');
});

test('another sign-in gets a new token', async () => {
  const { calls, secretsOf } = await openPage();
  await click('Sign out', anna);
  await click('Sign in', anna);
  await ready(anna);
  await click('Call');
  expect(secretsOf(anna)).toHaveLength(2);
  expect(calls.map(({ secret }) => secret)).toEqual([secretsOf(anna)[1]]);
  expect(secretsOf(anna)[1]).not.toBe(secretsOf(anna)[0]);
  expect(secretsOf(ben)).toHaveLength(1);
});

test('shows the error of one account, and works with the other', async () => {
  const { calls, props, refused, secretsOf } = await openSite();
  refused.add(anna);
  render(<AccountsPage {...props} />, { wrapper: StrictMode });
  await ready(ben);
  await expect.poll(() => act(async () => statusOf(anna))).toBe('failed');
  expect(card(anna).getByRole('alert').textContent).toContain('401');
  expect(card(ben).queryByRole('alert')).toBeNull();
  select(ben);
  await click('Call');
  expect(calls.map(({ secret }) => secret)).toEqual(secretsOf(ben));
});

test('leaves nothing running after it was unmounted', async () => {
  const { accounts, calls, clock, environment, held, mints, unmount } = await openPage();
  await click('Call');
  held.add(ben);
  await click('Sign out', ben);
  await click('Sign in', ben);
  await expect.poll(() => mints.started).toHaveLength(3);
  expect(environment.listenerCount()).toBeGreaterThan(0);
  unmount();
  expect(calls.map(({ ended }) => ended)).toEqual([true]);
  expect(environment.listenerCount()).toBe(0); // nothing refreshes
  accounts.dispose(); // ends the mint that no component waits for
  expect(mints.aborted).toEqual([ben]);
  expect(clock.pending()).toBe(0);
  await clock.advance(600_000);
  expect(mints.started).toHaveLength(3);
});

test('renders on a server without a mint, and hydrates', async () => {
  const { clock, environment, mints, props } = await openSite();
  const html = renderPage(props);
  await act(() => clock.advance(60_000));
  expect(mints.started).toEqual([]);
  expect([clock.pending(), environment.listenerCount()]).toEqual([0, 0]);
  expect(html).toContain('idle');

  const container = document.body.appendChild(document.createElement('div'));
  container.innerHTML = html;
  const problems: unknown[] = [];
  render(<AccountsPage {...props} />, {
    container,
    hydrate: true,
    wrapper: StrictMode,
    onRecoverableError: (error) => problems.push(error),
  });
  await ready(anna, ben);
  expect(problems).toEqual([]);
  expect(mints.started.toSorted()).toEqual([anna, ben]);
});
