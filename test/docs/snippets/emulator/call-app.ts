import { setImmediate as nextTurn } from 'node:timers/promises';
import type { RealtimeEmulator } from '@realtime-session/emulator';
import { createCallHandler, openaiCalls, openaiPrices } from '@realtime-session/server/calls';
import { SDP_OFFER } from '../../../support/sdp-offer';

/** Stands for your app: a call route whose calls end after the first response. */
export function startApp(emulator: RealtimeEmulator) {
  const calls = createCallHandler({
    apiKey: emulator.apiKey,
    upstream: openaiCalls({ baseUrl: emulator.url }),
    authorize: () => ({ id: 'ada' }),
    session: { model: 'gpt-realtime-2.1' },
    callLimits: { budget: { cost: openaiPrices(), perCall: 0.000_001 } },
  });
  return {
    async createCall(): Promise<void> {
      const headers = { 'content-type': 'application/sdp', 'sec-fetch-site': 'same-origin' };
      const init = { method: 'POST', headers, body: SDP_OFFER };
      await calls(new Request('https://app.example/api/realtime-call', init), { address: '192.0.2.1' });
      // What is used before the sideband is attached is not counted.
      while (emulator.calls().at(-1)?.sidebands !== 1) await nextTurn();
    },
  };
}
