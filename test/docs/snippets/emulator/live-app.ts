import { once } from 'node:events';
import type { RealtimeEmulator } from '@realtime-session/emulator';
import { WebSocket } from 'ws';
import { SDP_OFFER } from '../../../support/sdp-offer';

/** Stands for your server: it creates a Live session, attaches to it, and closes it when the user says goodbye. */
export function startApp({ liveUrl, apiKey }: RealtimeEmulator) {
  const headers = { authorization: `Bearer ${apiKey}` };
  return {
    async createSession(): Promise<void> {
      const transport = { type: 'webrtc', sdp: SDP_OFFER };
      const response = await fetch(liveUrl, {
        method: 'POST',
        headers: { ...headers, 'content-type': 'application/json' },
        body: JSON.stringify({ session: { model: 'gpt-live-1.1' }, transport }),
      });
      const { session } = (await response.json()) as { session: { id: string } };
      const sideband = new WebSocket(`${liveUrl.replace('http', 'ws')}/${session.id}/attach`, { headers });
      sideband.on('message', (data: Buffer) => {
        const event = JSON.parse(data.toString('utf8')) as { type: string; delta?: string };
        if (event.type === 'session.input_transcript.delta' && event.delta === 'goodbye')
          sideband.send(JSON.stringify({ type: 'session.close' }));
      });
      await once(sideband, 'open');
    },
  };
}
