import { createCallHandler, openaiPrices, type CallHandler } from '@realtime-session/server/calls';
import { callLimits } from '../src/call/call-limits.ts';
import type { Backend } from './backend.ts';
import { MODEL, readVisitorId } from './mint-route.ts';
import type { Settings } from './settings.ts';

/** Creates the handler of `/api/realtime-call`. */
export function createCallRoute(backend: Backend, settings: Settings): CallHandler {
  return createCallHandler({
    apiKey: backend.apiKey,
    upstream: backend.callUpstream,
    // For a local demo only: see the comment in mint-route.ts. In your application, return the signed-in user here.
    authorize: (request) => {
      const id = readVisitorId(request.headers.get('cookie'));
      return id === undefined ? null : { id };
    },
    session: {
      type: 'realtime',
      model: MODEL,
      instructions: settings.instructions,
      audio: { input: { transcription: { model: 'gpt-transcribe' } } },
    },
    maxOutputTokens: 1024,
    callLimits: {
      maxDurationMs: callLimits.maxDurationMs,
      idleTimeoutMs: callLimits.idleTimeoutMs,
      heartbeatTimeoutMs: callLimits.heartbeatTimeoutMs,
      budget: {
        cost: openaiPrices(), // US dollars; with the emulator, what OpenAI would charge
        perCall: callLimits.dollarsPerCall,
        perPrincipal: { max: callLimits.dollarsPerVisitor, windowMs: 3_600_000 },
      },
    },
    limits: { perPrincipal: { max: 120, windowMs: 60_000 }, perAddress: { max: 240, windowMs: 60_000 } },
    // Without onEvent, failures are reported in the terminal, with the remedy.
  });
}
