import { createTokenManager, type TokenEvent, type TokenManagerOptions } from '@realtime-session/core';
import { createManualEnvironment, createScriptedFetcher } from '@realtime-session/core/testing';

let minted = 0;

/** A mint route's response with a unique value. */
export function mintResponse(expiresIn = 600, more: object = {}): { value: string; expires_in: number } {
  minted += 1;
  return { value: `ek_${minted}`, expires_in: expiresIn, ...more };
}

/** A manager whose time, network and server are controlled by the test. */
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

/** Processes every promise that can settle. */
export function flushPromises(world: { clock: { advance(ms: number): Promise<void> } }): Promise<void> {
  return world.clock.advance(0);
}
