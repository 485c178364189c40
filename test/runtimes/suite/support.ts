import {
  createTokenManager,
  TokenError,
  type TokenEvent,
  type TokenManagerOptions,
} from '@realtime-session/core';
import { createManualEnvironment, createScriptedFetcher } from '@realtime-session/core/testing';

/** A manager whose time and server the case drives. */
export function createWorld(options: Partial<TokenManagerOptions> = {}) {
  const environment = createManualEnvironment();
  const server = createScriptedFetcher();
  const events: TokenEvent[] = [];
  const tokens = createTokenManager({
    fetchToken: server.fetchToken,
    environment,
    onEvent: (event) => events.push(event),
    ...options,
  });
  return { environment, clock: environment.clock, server, tokens, events };
}

/** A mint route's answer. */
export function answer(value: string, expiresIn = 100): object {
  return { value, expires_in: expiresIn, session: { id: `sess_${value}`, object: 'realtime.session' } };
}

/** The error a promise is rejected with. */
export async function errorOf(promise: Promise<unknown>): Promise<TokenError> {
  try {
    await promise;
  } catch (thrown) {
    if (TokenError.is(thrown)) return thrown;
    throw thrown;
  }
  throw new Error('Nothing was thrown.');
}

/** How many calls the mint route got for this case. */
export async function countMints(mintUrl: (query?: string) => string): Promise<number> {
  const answered = await fetch(mintUrl('count'));
  return Number(await answered.text());
}

/** Waits in real time: these cases are about the runtime's own timers. */
export function pass(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
