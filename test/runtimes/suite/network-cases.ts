import { createTokenManager, endpoint } from '@realtime-session/core';
import { expect } from 'chai';
import type { Case } from './case.ts';
import { catchTokenError, countMints, sleep } from './support.ts';

const fastRetries = { retry: { limit: 2, baseMs: 1, maxMs: 20 }, minIntervalMs: 0, minLifetimeMs: 100 };

/** Behavior with the `fetch`, sockets and timers of the runtime. */
export const networkCases: readonly Case[] = [
  {
    name: 'gets a token with its session and lifetime from the mint route',
    async run(mintUrl) {
      const tokens = createTokenManager({ fetchToken: endpoint(mintUrl()), params: { room: 'blue' } });
      const token = await tokens.getToken();
      expect(token.value).to.match(/^ek_\d+_\d+$/);
      expect(token.session).to.deep.include({ object: 'realtime.session', params: '{"room":"blue"}' });
      expect(token.remainingMs()).to.be.within(55_000, 60_000);
      expect(tokens.peek()).to.equal(token);
      tokens.dispose();
    },
  },
  {
    name: 'mints once for fifty simultaneous calls',
    async run(mintUrl) {
      const tokens = createTokenManager({ fetchToken: endpoint(mintUrl()) });
      const values = await Promise.all(Array.from({ length: 50 }, () => tokens.getToken()));
      expect(new Set(values.map(({ value }) => value)).size).to.equal(1);
      expect(await countMints(mintUrl)).to.equal(1);
      tokens.dispose();
    },
  },
  {
    name: 'gets a new token when forced',
    async run(mintUrl) {
      const tokens = createTokenManager({ ...fastRetries, fetchToken: endpoint(mintUrl()) });
      const first = await tokens.getToken();
      const second = await tokens.getToken({ force: true });
      expect(second.value).not.to.equal(first.value);
      tokens.dispose();
    },
  },
  {
    name: 'retries after the delay that a busy server asks for',
    async run(mintUrl) {
      const retry = { ...fastRetries.retry, maxMs: 1000 }; // callers wait for a delay of up to `maxMs`
      const tokens = createTokenManager({ ...fastRetries, retry, fetchToken: endpoint(mintUrl('busy=1')) });
      const startedMs = Date.now();
      await tokens.getToken();
      expect(Date.now() - startedMs).to.be.at.least(145);
      expect(await countMints(mintUrl)).to.equal(2);
      tokens.dispose();
    },
  },
  {
    name: 'rejects with a fatal error that has status, code and request ID but no body when the route rejects',
    async run(mintUrl) {
      const tokens = createTokenManager({ fetchToken: endpoint(mintUrl('status=401')) });
      const error = await catchTokenError(tokens.getToken());
      expect(error).to.include({ code: 'http', status: 401, fatal: true, requestId: 'req_7' });
      expect(error.message).to.contain('401 (invalid_api_key)').and.to.contain(error.docsUrl);
      expect(JSON.stringify([error, error.stack])).not.to.contain('secret text');
      tokens.dispose();
    },
  },
  {
    name: 'rejects an HTML page as an invalid response',
    async run(mintUrl) {
      const tokens = createTokenManager({ ...fastRetries, fetchToken: endpoint(mintUrl('html')) });
      expect((await catchTokenError(tokens.getToken())).code).to.equal('invalid-response');
      tokens.dispose();
    },
  },
  {
    name: 'rejects an API key in place of a token and does not show it',
    async run(mintUrl) {
      const tokens = createTokenManager({ fetchToken: endpoint(mintUrl('leak')) });
      const error = await catchTokenError(tokens.getToken());
      expect(error.code).to.equal('standing-key-leaked');
      expect(JSON.stringify([error, error.stack, tokens.getState()])).not.to.contain('sk-proj');
      tokens.dispose();
    },
  },
  {
    name: 'times out after timeoutMs when the route does not respond',
    async run(mintUrl) {
      const tokens = createTokenManager({
        fetchToken: endpoint(mintUrl('hang')),
        retry: { limit: 1 },
        timeoutMs: 100,
      });
      expect((await catchTokenError(tokens.getToken())).code).to.equal('timeout');
      tokens.dispose();
    },
  },
  {
    name: 'times out after timeoutMs when the body does not end',
    async run(mintUrl) {
      const tokens = createTokenManager({
        fetchToken: endpoint(mintUrl('endless')),
        retry: { limit: 1 },
        timeoutMs: 100,
      });
      expect((await catchTokenError(tokens.getToken())).code).to.equal('timeout');
      tokens.dispose();
    },
  },
  {
    name: 'rejects with a network error when the body is incomplete',
    async run(mintUrl) {
      const tokens = createTokenManager({ fetchToken: endpoint(mintUrl('broken')), retry: { limit: 1 } });
      expect((await catchTokenError(tokens.getToken())).code).to.equal('network');
      tokens.dispose();
    },
  },
  {
    name: 'rejects with a retryable network error when the server is unreachable',
    async run(mintUrl) {
      const url = new URL(mintUrl());
      const tokens = createTokenManager({
        ...fastRetries,
        fetchToken: endpoint(`http://127.0.0.1:${url.searchParams.get('unused-port') ?? ''}/`),
      });
      expect(await catchTokenError(tokens.getToken())).to.include({
        code: 'network',
        fatal: false,
        attempt: 2,
      });
      tokens.dispose();
    },
  },
  {
    name: 'aborts the request when the last caller aborts',
    async run(mintUrl) {
      const tokens = createTokenManager({ fetchToken: endpoint(mintUrl('hang')) });
      const controller = new AbortController();
      const pending = catchTokenError(tokens.getToken({ signal: controller.signal }));
      while ((await countMints(mintUrl)) === 0) await sleep(5);
      controller.abort(new Error('the user closed the dialog'));
      const error = await pending;
      expect(error.code).to.equal('aborted');
      expect(String(error.cause)).to.contain('closed the dialog');
      expect(await (await fetch(mintUrl('wait-closed'))).text()).to.equal('closed');
      tokens.dispose();
    },
  },
  {
    name: 'keeps a short-lived token fresh with the timers of the runtime',
    async run(mintUrl) {
      const tokens = createTokenManager({
        ...fastRetries,
        fetchToken: endpoint(mintUrl('lifetime=4')),
        lead: { ratio: 0.5 },
      });
      tokens.keepFresh();
      const first = await tokens.getToken();
      while ((await countMints(mintUrl)) < 2) await sleep(20);
      while (tokens.peek()?.value === first.value) await sleep(5);
      expect(first.remainingMs()).to.be.greaterThan(0);
      expect(tokens.getState().status).to.equal('ready');
      tokens.dispose();
    },
  },
  {
    name: 'sends the headers and body of endpoint() to the route',
    async run(mintUrl) {
      const tokens = createTokenManager({
        fetchToken: endpoint(mintUrl(), {
          headers: () => Promise.resolve({ 'x-user': 'ada' }),
          body: ({ reason }) => ({ reason }),
        }),
      });
      const { session } = await tokens.getToken();
      expect(session).to.include({ user: 'ada', params: '{"reason":"initial"}' });
      expect(session).to.include({ type: 'application/json' });
      tokens.dispose();
    },
  },
];
