import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import OpenAI from 'openai';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createRealtimeEmulator } from '@realtime-session/emulator';
import { postLive } from '../support/live-session.ts';
import { startWithoutMedia } from '../support/played-call.ts';

const SECRET = 'whsec_c2VjcmV0LW9mLXRoZS10ZXN0';

interface Received {
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** Starts a server that records the webhooks it receives. */
async function startReceiver(): Promise<{ readonly url: string; readonly received: Received[] }> {
  const received: Received[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (text: string) => (body += text));
    request.on('end', () => {
      received.push({ body, headers: request.headers as Record<string, string> });
      response.writeHead(500).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return { url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/webhook`, received };
}

describe('the webhook live.transport.connected', () => {
  it('is sent for each session, also if the response is lost, and the official client accepts its signature', async () => {
    const { url, received } = await startReceiver();
    const emulator = await startWithoutMedia({ live: { webhook: { url, secret: SECRET } } });
    await postLive(emulator);
    emulator.fail('reset-after', { at: 'calls' });
    await expect(postLive(emulator)).rejects.toThrow('fetch failed');
    await expect.poll(() => received).toHaveLength(2);
    const client = new OpenAI({ apiKey: emulator.apiKey });
    const events = await Promise.all(
      received.map(({ body, headers }) => client.webhooks.unwrap(body, headers, SECRET)),
    );
    expect(events).toMatchObject(
      emulator.calls().map(({ id }) => ({
        object: 'event',
        type: 'live.transport.connected',
        data: { session_id: id, type: 'webrtc' },
      })),
    );
  });

  it('is not sent for a session that was refused, and without the option', async () => {
    const { url, received } = await startReceiver();
    const emulator = await startWithoutMedia({ live: { webhook: { url, secret: SECRET } } });
    await postLive(emulator, { session: { colour: 'red' } });
    await postLive(await startWithoutMedia());
    await postLive(emulator);
    await expect.poll(() => received).toHaveLength(1);
    expect(JSON.parse(received[0]?.body ?? '')).toMatchObject({
      data: { session_id: emulator.calls()[0]?.id },
    });
  });

  it('does not disturb a session when nothing listens', async () => {
    const webhook = { url: 'http://127.0.0.1:9/webhook', secret: SECRET };
    const emulator = await startWithoutMedia({ live: { webhook } });
    expect((await postLive(emulator)).status).toBe(201);
  });

  it.each([
    [
      { url: 'https://example.com/webhook', secret: SECRET },
      'live.webhook.url must be an address on this machine',
    ],
    [{ url: 'nonsense', secret: SECRET }, 'live.webhook.url'],
    [{ url: 'http://127.0.0.1:3000', secret: 'secret' }, 'live.webhook.secret must be whsec_ and base64.'],
  ])('needs a receiver on this machine and a secret: %j', async (webhook, message) => {
    await expect(createRealtimeEmulator({ live: { webhook } })).rejects.toThrow(message);
  });
});
