import { createTokenManager, endpoint, literal, TokenError } from '@realtime-session/core';
import { deepgram, gemini } from '@realtime-session/core/issuers';
import { expect } from 'chai';
import type { Case } from './case.ts';
import { catchTokenError, createTestManager, tokenResponse } from './support.ts';

/** Behavior over time, with a manual clock. */
export const lifecycleCases: readonly Case[] = [
  {
    name: 'returns the current token and refreshes in the background when less than the lead remains',
    async run() {
      const { tokens, server, clock } = createTestManager();
      server.script(tokenResponse('ek_1'));
      await tokens.getToken();
      await clock.advance(85_000);
      server.script(tokenResponse('ek_2'));
      expect((await tokens.getToken()).value).to.equal('ek_1');
      await clock.advance(0);
      expect((await tokens.getToken()).value).to.equal('ek_2');
    },
  },
  {
    name: 'waits for a new token when less than the margin remains',
    async run() {
      const { tokens, server, clock } = createTestManager();
      server.script(tokenResponse('ek_1'));
      await tokens.getToken();
      await clock.advance(95_000);
      server.script(tokenResponse('ek_2'));
      expect((await tokens.getToken()).value).to.equal('ek_2');
    },
  },
  {
    name: 'detects that a token expired during sleep',
    async run() {
      const { tokens, server, clock } = createTestManager();
      server.script(tokenResponse('ek_1'));
      await tokens.getToken();
      clock.sleep(3_600_000);
      expect(tokens.peek()).to.equal(undefined);
      expect(tokens.getState().status).to.equal('idle');
    },
  },
  {
    name: 'does not extend a lifetime when the system clock is set back',
    async run() {
      const { tokens, server, clock } = createTestManager();
      server.script(tokenResponse('ek_1'));
      await tokens.getToken();
      clock.jump(-3_600_000);
      await clock.advance(96_000);
      expect(tokens.peek()).to.equal(undefined);
    },
  },
  {
    name: 'refreshes while leased and stops when the lease is released',
    async run() {
      const { tokens, server, clock } = createTestManager();
      server.script(tokenResponse('ek_1'), tokenResponse('ek_2'));
      const release = tokens.keepFresh();
      await clock.advance(80_000);
      expect(tokens.peek()?.value).to.equal('ek_2');
      release();
      await clock.advance(1_000_000);
      expect(server.calls.length).to.equal(2);
      expect(clock.pending()).to.equal(0);
    },
  },
  {
    name: 'keeps a valid token when a refresh fails',
    async run() {
      const { tokens, server, clock } = createTestManager();
      server.script(tokenResponse('ek_1'), new TypeError('fetch failed'));
      tokens.keepFresh();
      await clock.advance(80_500);
      expect(tokens.peek()?.value).to.equal('ek_1');
      expect(tokens.getState()).to.include({ status: 'ready' });
    },
  },
  {
    name: 'ignores invalidate() for a token that is not current',
    async run() {
      const { tokens, server } = createTestManager({ minIntervalMs: 0 });
      server.script(tokenResponse('ek_1'), tokenResponse('ek_2'));
      const first = await tokens.getToken();
      tokens.invalidate(first);
      const second = await tokens.getToken();
      tokens.invalidate(first);
      expect(tokens.peek()).to.equal(second);
    },
  },
  {
    name: 'rejects pending callers and discards a late response after reset()',
    async run() {
      const { tokens, server, clock } = createTestManager({ minIntervalMs: 0 });
      const pending = catchTokenError(tokens.getToken());
      await clock.advance(0);
      tokens.reset();
      expect((await pending).code).to.equal('superseded');
      expect(server.calls[0]?.signal.aborted).to.equal(true);
      server.calls[0]?.resolve(tokenResponse('ek_late'));
      await clock.advance(0);
      expect(tokens.peek()).to.equal(undefined);
    },
  },
  {
    name: 'rejects pending callers and releases timers and listeners after dispose()',
    async run() {
      const { tokens, clock, environment } = createTestManager();
      tokens.keepFresh();
      const pending = catchTokenError(tokens.getToken());
      await clock.advance(0);
      tokens.dispose();
      expect((await pending).code).to.equal('disposed');
      expect((await catchTokenError(tokens.getToken())).code).to.equal('disposed');
      expect([clock.pending(), environment.listenerCount()]).to.deep.equal([0, 0]);
      expect(tokens.getState()).to.deep.equal({ status: 'disposed' });
    },
  },
  {
    name: 'disposes a manager with Symbol.dispose when the runtime supports it',
    run() {
      const { tokens } = createTestManager();
      if (typeof Symbol.dispose === 'symbol') tokens[Symbol.dispose]();
      else tokens.dispose();
      expect(tokens.getState().status).to.equal('disposed');
    },
  },
  {
    name: 'resolves pending callers when setToken() is called',
    async run() {
      const { tokens, clock } = createTestManager();
      const pending = tokens.getToken();
      await clock.advance(0);
      tokens.setToken(tokenResponse('ek_external'));
      expect((await pending).value).to.equal('ek_external');
    },
  },
  {
    name: 'returns a single-use token once',
    async run() {
      const { tokens, server, clock } = createTestManager({ reuse: 'once' });
      server.script(tokenResponse('ek_1'), tokenResponse('ek_2'));
      expect((await tokens.getToken()).value).to.equal('ek_1');
      expect(tokens.peek()).to.equal(undefined);
      const next = tokens.getToken();
      await clock.advance(1_000);
      expect((await next).value).to.equal('ek_2');
    },
  },
  {
    name: 'withToken() retries once with a new token when a token is rejected',
    async run() {
      const { tokens, server } = createTestManager({ minIntervalMs: 0 });
      server.script(tokenResponse('ek_1'), tokenResponse('ek_2'));
      const used: string[] = [];
      const outcome = await tokens.withToken(({ value }) => {
        used.push(value);
        return used.length === 1
          ? Promise.reject(Object.assign(new Error('no'), { status: 401 }))
          : Promise.resolve('open');
      });
      expect([outcome, ...used]).to.deep.equal(['open', 'ek_1', 'ek_2']);
    },
  },
  {
    name: 'toApiKey() returns a function that resolves to the current value',
    async run() {
      const { tokens, server } = createTestManager();
      server.script(tokenResponse('ek_1'));
      expect(await tokens.toApiKey()()).to.equal('ek_1');
    },
  },
  {
    name: 'keeps the state reference until it changes, and notifies subscribers',
    async run() {
      const { tokens, server } = createTestManager();
      server.script(tokenResponse('ek_1'));
      const transitions: string[] = [];
      tokens.subscribe((state, previous) => transitions.push(`${previous.status} → ${state.status}`));
      await tokens.getToken();
      expect(tokens.getState()).to.equal(tokens.getState());
      expect(transitions).to.deep.equal(['idle → loading', 'loading → ready']);
      expect(tokens.getInitialState()).to.deep.equal({ status: 'idle' });
    },
  },
  {
    name: 'redacts tokens in strings, JSON, state, events and console output',
    async run() {
      const { tokens, server, events } = createTestManager();
      server.script(tokenResponse('ek_secret'));
      const token = await tokens.getToken();
      const printed = [token.toString(), JSON.stringify([token, tokens.getState(), events])];
      const inspect = findInspect();
      if (inspect) printed.push(inspect(token), inspect(tokens), inspect({ token, events }));
      expect(printed.join('\n')).not.to.contain('ek_secret');
      expect(printed[0]).to.equal('ek_…(redacted)');
      expect(token.value).to.equal('ek_secret');
    },
  },
  {
    name: 'rejects a token that is expired on arrival and mentions the clocks',
    async run() {
      const { tokens, server } = createTestManager({ retry: { limit: 1 } });
      server.script({ value: 'ek_1', expires_at: 1_700_000_000 });
      const error = await catchTokenError(tokens.getToken());
      expect(error.code).to.equal('expired-on-arrival');
      expect(error.message).to.contain('clock');
    },
  },
  {
    name: 'waits as long as the server asks for',
    async run() {
      const { tokens, server, clock } = createTestManager();
      server.script(new TokenError('http', 'Busy. Wait.', { retryAfterMs: 20_000 }), tokenResponse('ek_1'));
      const pending = tokens.getToken();
      await clock.advance(19_999);
      expect(server.calls.length).to.equal(1);
      await clock.advance(1);
      expect((await pending).value).to.equal('ek_1');
    },
  },
  {
    name: 'does not refresh while hidden, and refreshes when visible again',
    async run() {
      const { tokens, server, clock, environment } = createTestManager();
      server.script(tokenResponse('ek_1'), tokenResponse('ek_2'));
      tokens.keepFresh();
      await clock.advance(0);
      environment.hide();
      await clock.advance(99_000);
      expect(server.calls.length).to.equal(1);
      environment.show();
      await clock.advance(0);
      expect(tokens.peek()?.value).to.equal('ek_2');
    },
  },
  {
    name: 'parses the response of an issuer',
    async run() {
      const tokens = createTokenManager({
        fetchToken: literal({ access_token: 'jwt.of.deepgram', expires_in: 30 }),
        ...deepgram,
      });
      expect((await tokens.getToken()).value).to.equal('jwt.of.deepgram');
      expect(gemini.reuse).to.equal('once');
      tokens.dispose();
    },
  },
  {
    name: 'rejects an invalid option with its name and range',
    run() {
      expect(() => createTokenManager({ fetchToken: endpoint('/mint'), timeoutMs: 0 })).to.throw(
        /timeoutMs must be a number from 1 to 2147483647/,
      );
    },
  },
  {
    name: 'recognizes its errors with TokenError.is()',
    run() {
      expect(TokenError.is(new TokenError('network', 'Down. Wait.'))).to.equal(true);
      expect(TokenError.is(new Error('Down.'))).to.equal(false);
    },
  },
];

type Inspect = (value: unknown) => string;

interface InspectGlobals {
  readonly Deno?: { readonly inspect: Inspect };
  readonly Bun?: { readonly inspect: Inspect };
  readonly process?: { getBuiltinModule?(name: string): { readonly inspect: Inspect } | undefined };
}

/** The function with which the console of this runtime formats values, if it is accessible. */
function findInspect(): Inspect | undefined {
  const { Deno, Bun, process } = globalThis as InspectGlobals;
  return Deno?.inspect ?? Bun?.inspect ?? process?.getBuiltinModule?.('node:util')?.inspect;
}
