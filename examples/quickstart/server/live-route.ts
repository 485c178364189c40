import { createCallHandler, openaiPrices, type CallHandler } from '@realtime-session/server/calls';
import { liveLimits } from '../src/call/call-limits.ts';
import type { Backend } from './backend.ts';
import { readVisitorId } from './mint-route.ts';
import type { Settings } from './settings.ts';

/** The model of every Live session. */
export const LIVE_MODEL = 'gpt-live-1.1';

/** Creates the handler of `/api/realtime-call`, with sessions of the Live API. */
export function createLiveRoute(backend: Backend, settings: Settings): CallHandler {
  return createCallHandler({
    apiKey: backend.apiKey,
    upstream: backend.liveUpstream,
    // For a local demo only: see the comment in mint-route.ts. In your application, return the signed-in user here.
    authorize: (request) => {
      const id = readVisitorId(request.headers.get('cookie'));
      return id === undefined ? null : { id };
    },
    session: {
      model: LIVE_MODEL,
      instructions: settings.instructions,
      audio: { output: { voice: 'marin' } },
    },
    callLimits: {
      maxDurationMs: liveLimits.maxDurationMs,
      idleTimeoutMs: liveLimits.idleTimeoutMs,
      heartbeatTimeoutMs: liveLimits.heartbeatTimeoutMs,
      // US dollars; with the emulator, what OpenAI would charge. Live is billed by the second, and at least 15 seconds.
      budget: { cost: openaiPrices(), perCall: liveLimits.dollarsPerCall },
    },
    limits: { perPrincipal: { max: 120, windowMs: 60_000 }, perAddress: { max: 240, windowMs: 60_000 } },
    // Without onEvent, failures are reported in the terminal, with the remedy.
  });
}
