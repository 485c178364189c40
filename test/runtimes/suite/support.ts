import {
  createTokenManager,
  TokenError,
  type TokenEvent,
  type TokenManagerOptions,
} from '@realtime-session/core';
import { createManualEnvironment, createScriptedFetcher } from '@realtime-session/core/testing';

/** Creates a manager with a manual clock and a scripted server. */
export function createTestManager(options: Partial<TokenManagerOptions> = {}) {
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

export function tokenResponse(value: string, expiresIn = 100): object {
  return { value, expires_in: expiresIn, session: { id: `sess_${value}`, object: 'realtime.session' } };
}

export async function catchTokenError(promise: Promise<unknown>): Promise<TokenError> {
  try {
    await promise;
  } catch (thrown) {
    if (TokenError.is(thrown)) return thrown;
    throw thrown;
  }
  throw new Error('The promise was not rejected.');
}

/** The number of mint requests of this case. */
export async function countMints(mintUrl: (query?: string) => string): Promise<number> {
  const response = await fetch(mintUrl('count'));
  return Number(await response.text());
}

/** Real time, because the network cases cover the timers of the runtime. */
export function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
