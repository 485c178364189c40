import { createTokenManager, endpoint } from '@realtime-session/core';
import { expect } from 'chai';
import type { Case } from './case.ts';
import { countMints, errorOf, pass } from './support.ts';

const quick = { retry: { limit: 2, baseMs: 1, maxMs: 20 }, minIntervalMs: 0, minLifetimeMs: 100 };

/** What core does over the runtime's own `fetch`, sockets and timers. */
export const networkCases: readonly Case[] = [
  {
    name: 'a token comes from the mint route, with its session and its life',
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
    name: 'fifty calls at once cost one mint',
    async run(mintUrl) {
      const tokens = createTokenManager({ fetchToken: endpoint(mintUrl()) });
      const values = await Promise.all(Array.from({ length: 50 }, () => tokens.getToken()));
      expect(new Set(values.map(({ value }) => value)).size).to.equal(1);
      expect(await countMints(mintUrl)).to.equal(1);
      tokens.dispose();
    },
  },
  {
    name: 'a forced call gets another token',
    async run(mintUrl) {
      const tokens = createTokenManager({ ...quick, fetchToken: endpoint(mintUrl()) });
      const first = await tokens.getToken();
      const second = await tokens.getToken({ force: true });
      expect(second.value).not.to.equal(first.value);
      tokens.dispose();
    },
  },
  {
    name: 'a server that is busy is asked again, when it said so',
    async run(mintUrl) {
      const tokens = createTokenManager({ ...quick, fetchToken: endpoint(mintUrl('busy=1')) });
      const startedMs = Date.now();
      await tokens.getToken();
      expect(Date.now() - startedMs).to.be.at.least(145);
      expect(await countMints(mintUrl)).to.equal(2);
      tokens.dispose();
    },
  },
  {
    name: 'a refusal is a fatal error with status, code and request id, and no body in it',
    async run(mintUrl) {
      const tokens = createTokenManager({ fetchToken: endpoint(mintUrl('status=401')) });
      const error = await errorOf(tokens.getToken());
      expect(error).to.include({ code: 'http', status: 401, fatal: true, requestId: 'req_7' });
      expect(error.message).to.contain('401 (invalid_api_key)').and.to.contain(error.docsUrl);
      expect(JSON.stringify([error, error.stack])).not.to.contain('secret text');
      tokens.dispose();
    },
  },
  {
    name: 'a page instead of a token is an invalid response',
    async run(mintUrl) {
      const tokens = createTokenManager({ ...quick, fetchToken: endpoint(mintUrl('html')) });
      expect((await errorOf(tokens.getToken())).code).to.equal('invalid-response');
      tokens.dispose();
    },
  },
  {
    name: 'a standing key is refused and shown nowhere',
    async run(mintUrl) {
      const tokens = createTokenManager({ fetchToken: endpoint(mintUrl('leak')) });
      const error = await errorOf(tokens.getToken());
      expect(error.code).to.equal('standing-key-leaked');
      expect(JSON.stringify([error, error.stack, tokens.getState()])).not.to.contain('sk-proj');
      tokens.dispose();
    },
  },
  {
    name: 'a route that hangs is given up after timeoutMs',
    async run(mintUrl) {
      const tokens = createTokenManager({
        fetchToken: endpoint(mintUrl('hang')),
        retry: { limit: 1 },
        timeoutMs: 100,
      });
      expect((await errorOf(tokens.getToken())).code).to.equal('timeout');
      tokens.dispose();
    },
  },
  {
    name: 'a body that never ends is given up after timeoutMs',
    async run(mintUrl) {
      const tokens = createTokenManager({
        fetchToken: endpoint(mintUrl('endless')),
        retry: { limit: 1 },
        timeoutMs: 100,
      });
      expect((await errorOf(tokens.getToken())).code).to.equal('timeout');
      tokens.dispose();
    },
  },
  {
    name: 'a body that breaks off is a failure of the network',
    async run(mintUrl) {
      const tokens = createTokenManager({ fetchToken: endpoint(mintUrl('broken')), retry: { limit: 1 } });
      expect((await errorOf(tokens.getToken())).code).to.equal('network');
      tokens.dispose();
    },
  },
  {
    name: 'a server that is not there is a failure of the network, worth another try',
    async run(mintUrl) {
      const url = new URL(mintUrl());
      const tokens = createTokenManager({
        ...quick,
        fetchToken: endpoint(`http://127.0.0.1:${url.searchParams.get('nobody') ?? ''}/`),
      });
      expect(await errorOf(tokens.getToken())).to.include({ code: 'network', fatal: false, attempt: 2 });
      tokens.dispose();
    },
  },
  {
    name: 'the last caller that leaves ends the request',
    async run(mintUrl) {
      const tokens = createTokenManager({ fetchToken: endpoint(mintUrl('hang')) });
      const leaving = new AbortController();
      const wanted = errorOf(tokens.getToken({ signal: leaving.signal }));
      while ((await countMints(mintUrl)) === 0) await pass(5);
      leaving.abort(new Error('the user closed the dialog'));
      const error = await wanted;
      expect(error.code).to.equal('aborted');
      expect(String(error.cause)).to.contain('closed the dialog');
      expect(await (await fetch(mintUrl('wait-closed'))).text()).to.equal('closed');
      tokens.dispose();
    },
  },
  {
    name: 'a lease keeps a short-lived token fresh by the runtime’s own timers',
    async run(mintUrl) {
      const tokens = createTokenManager({
        ...quick,
        fetchToken: endpoint(mintUrl('life=4')),
        lead: { ratio: 0.5 },
      });
      tokens.keepFresh();
      const first = await tokens.getToken();
      while ((await countMints(mintUrl)) < 2) await pass(20);
      while (tokens.peek()?.value === first.value) await pass(5);
      expect(first.remainingMs()).to.be.greaterThan(0);
      expect(tokens.getState().status).to.equal('ready');
      tokens.dispose();
    },
  },
  {
    name: 'headers and body of endpoint() reach the route',
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
