import { createTokenManager, endpoint, literal, TokenError } from '@realtime-session/core';
import { deepgram, gemini } from '@realtime-session/core/issuers';
import { expect } from 'chai';
import type { Case } from './case.ts';
import { answer, createWorld, errorOf } from './support.ts';

/** What core does as time passes, on a clock the case moves. */
export const lifecycleCases: readonly Case[] = [
  {
    name: 'below the lead a token is handed out and replaced behind its back',
    async run() {
      const { tokens, server, clock } = createWorld();
      server.script(answer('ek_1'));
      await tokens.getToken();
      await clock.advance(85_000);
      server.script(answer('ek_2'));
      expect((await tokens.getToken()).value).to.equal('ek_1');
      await clock.advance(0);
      expect((await tokens.getToken()).value).to.equal('ek_2');
    },
  },
  {
    name: 'below the margin a call waits for a new token',
    async run() {
      const { tokens, server, clock } = createWorld();
      server.script(answer('ek_1'));
      await tokens.getToken();
      await clock.advance(95_000);
      server.script(answer('ek_2'));
      expect((await tokens.getToken()).value).to.equal('ek_2');
    },
  },
  {
    name: 'sleep does not hide that a token died',
    async run() {
      const { tokens, server, clock } = createWorld();
      server.script(answer('ek_1'));
      await tokens.getToken();
      clock.sleep(3_600_000);
      expect(tokens.peek()).to.equal(undefined);
      expect(tokens.getState().status).to.equal('idle');
    },
  },
  {
    name: 'a clock set back does not extend a life',
    async run() {
      const { tokens, server, clock } = createWorld();
      server.script(answer('ek_1'));
      await tokens.getToken();
      clock.jump(-3_600_000);
      await clock.advance(96_000);
      expect(tokens.peek()).to.equal(undefined);
    },
  },
  {
    name: 'a lease refreshes in time, and its release ends that',
    async run() {
      const { tokens, server, clock } = createWorld();
      server.script(answer('ek_1'), answer('ek_2'));
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
    name: 'a failed refresh takes nothing away',
    async run() {
      const { tokens, server, clock } = createWorld();
      server.script(answer('ek_1'), new TypeError('fetch failed'));
      tokens.keepFresh();
      await clock.advance(80_500);
      expect(tokens.peek()?.value).to.equal('ek_1');
      expect(tokens.getState()).to.include({ status: 'ready' });
    },
  },
  {
    name: 'invalidate does nothing for a token that is not current',
    async run() {
      const { tokens, server } = createWorld({ minIntervalMs: 0 });
      server.script(answer('ek_1'), answer('ek_2'));
      const first = await tokens.getToken();
      tokens.invalidate(first);
      const second = await tokens.getToken();
      tokens.invalidate(first);
      expect(tokens.peek()).to.equal(second);
    },
  },
  {
    name: 'reset rejects who waited and drops the late answer',
    async run() {
      const { tokens, server, clock } = createWorld({ minIntervalMs: 0 });
      const waited = errorOf(tokens.getToken());
      await clock.advance(0);
      tokens.reset();
      expect((await waited).code).to.equal('superseded');
      expect(server.calls[0]?.signal.aborted).to.equal(true);
      server.calls[0]?.resolve(answer('ek_late'));
      await clock.advance(0);
      expect(tokens.peek()).to.equal(undefined);
    },
  },
  {
    name: 'dispose rejects who waited and leaves nothing behind',
    async run() {
      const { tokens, clock, environment } = createWorld();
      tokens.keepFresh();
      const waited = errorOf(tokens.getToken());
      await clock.advance(0);
      tokens.dispose();
      expect((await waited).code).to.equal('disposed');
      expect((await errorOf(tokens.getToken())).code).to.equal('disposed');
      expect([clock.pending(), environment.listenerCount()]).to.deep.equal([0, 0]);
      expect(tokens.getState()).to.deep.equal({ status: 'disposed' });
    },
  },
  {
    name: 'Symbol.dispose ends a manager where the runtime has it',
    run() {
      const { tokens } = createWorld();
      if (typeof Symbol.dispose === 'symbol') tokens[Symbol.dispose]();
      else tokens.dispose();
      expect(tokens.getState().status).to.equal('disposed');
    },
  },
  {
    name: 'setToken serves who waits',
    async run() {
      const { tokens, clock } = createWorld();
      const waited = tokens.getToken();
      await clock.advance(0);
      tokens.setToken(answer('ek_elsewhere'));
      expect((await waited).value).to.equal('ek_elsewhere');
    },
  },
  {
    name: 'a token that burns on use is handed out once',
    async run() {
      const { tokens, server, clock } = createWorld({ reuse: 'once' });
      server.script(answer('ek_1'), answer('ek_2'));
      expect((await tokens.getToken()).value).to.equal('ek_1');
      expect(tokens.peek()).to.equal(undefined);
      const next = tokens.getToken();
      await clock.advance(1_000);
      expect((await next).value).to.equal('ek_2');
    },
  },
  {
    name: 'withToken replaces a refused token once',
    async run() {
      const { tokens, server } = createWorld({ minIntervalMs: 0 });
      server.script(answer('ek_1'), answer('ek_2'));
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
    name: 'toApiKey gives the value afresh',
    async run() {
      const { tokens, server } = createWorld();
      server.script(answer('ek_1'));
      expect(await tokens.toApiKey()()).to.equal('ek_1');
    },
  },
  {
    name: 'a state keeps its reference until something changes, and tells',
    async run() {
      const { tokens, server } = createWorld();
      server.script(answer('ek_1'));
      const told: string[] = [];
      tokens.subscribe((state, previous) => told.push(`${previous.status} → ${state.status}`));
      await tokens.getToken();
      expect(tokens.getState()).to.equal(tokens.getState());
      expect(told).to.deep.equal(['idle → loading', 'loading → ready']);
      expect(tokens.getInitialState()).to.deep.equal({ status: 'idle' });
    },
  },
  {
    name: 'no token shows in text, JSON, state, events, or what the runtime prints of it',
    async run() {
      const { tokens, server, events } = createWorld();
      server.script(answer('ek_secret'));
      const token = await tokens.getToken();
      const shown = [String(token), token.toString(), JSON.stringify([token, tokens.getState(), events])];
      const inspect = inspector();
      if (inspect) shown.push(inspect(token), inspect(tokens), inspect({ token, events }));
      expect(shown.join('\n')).not.to.contain('ek_secret');
      expect(shown[0]).to.equal('ek_…(redacted)');
      expect(token.value).to.equal('ek_secret');
    },
  },
  {
    name: 'a token that is dead on arrival is refused with both clocks as suspects',
    async run() {
      const { tokens, server } = createWorld({ retry: { limit: 1 } });
      server.script({ value: 'ek_1', expires_at: 1_700_000_000 });
      const error = await errorOf(tokens.getToken());
      expect(error.code).to.equal('expired-on-arrival');
      expect(error.message).to.contain('clock');
    },
  },
  {
    name: 'a wait the server asked for is kept to',
    async run() {
      const { tokens, server, clock } = createWorld();
      server.script(new TokenError('http', 'Busy. Wait.', { retryAfterMs: 20_000 }), answer('ek_1'));
      const wanted = tokens.getToken();
      await clock.advance(19_999);
      expect(server.calls.length).to.equal(1);
      await clock.advance(1);
      expect((await wanted).value).to.equal('ek_1');
    },
  },
  {
    name: 'hidden pages do not refresh, shown ones do at once',
    async run() {
      const { tokens, server, clock, environment } = createWorld();
      server.script(answer('ek_1'), answer('ek_2'));
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
    name: 'issuers read their vendor’s answer',
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
    name: 'a bad option is refused with its name and its range',
    run() {
      expect(() => createTokenManager({ fetchToken: endpoint('/mint'), timeoutMs: 0 })).to.throw(
        /timeoutMs must be a number from 1 to 2147483647/,
      );
    },
  },
  {
    name: 'an error is recognized by any copy of the package',
    run() {
      expect(TokenError.is(new TokenError('network', 'Down. Wait.'))).to.equal(true);
      expect(TokenError.is(new Error('Down.'))).to.equal(false);
    },
  },
];

type Inspect = (value: unknown) => string;

interface Inspecting {
  readonly Deno?: { readonly inspect: Inspect };
  readonly Bun?: { readonly inspect: Inspect };
  readonly process?: { getBuiltinModule?(name: string): { readonly inspect: Inspect } | undefined };
}

/** How this runtime's console shows a value, where it can be asked. */
function inspector(): Inspect | undefined {
  const { Deno, Bun, process } = globalThis as Inspecting;
  return Deno?.inspect ?? Bun?.inspect ?? process?.getBuiltinModule?.('node:util')?.inspect;
}
