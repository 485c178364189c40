import { createHmac } from 'node:crypto';
import type { EmulatorContext } from '../state/context.ts';

/**
 * Sends the webhook `live.transport.connected` for a session, signed as Standard Webhooks describe it. What the receiver answers has no
 * effect.
 */
export async function sendWebhook(
  { settings, ids, clock, closing }: EmulatorContext,
  sessionId: string,
): Promise<void> {
  const { webhook } = settings.live;
  if (webhook === undefined) return;
  const id = ids.createId('wh');
  const seconds = String(Math.floor(clock.nowMs() / 1000));
  const body = JSON.stringify({
    id: ids.createId('evt'),
    object: 'event',
    created_at: Number(seconds),
    type: 'live.transport.connected',
    data: { session_id: sessionId, type: 'webrtc' },
  });
  const key = Buffer.from(webhook.secret.replace('whsec_', ''), 'base64');
  const signature = createHmac('sha256', key).update(`${id}.${seconds}.${body}`).digest('base64');
  const headers = {
    'content-type': 'application/json',
    'webhook-id': id,
    'webhook-timestamp': seconds,
    'webhook-signature': `v1,${signature}`,
  };
  const init = { method: 'POST', headers, body, redirect: 'manual', signal: closing } as const;
  await fetch(webhook.url, init).then(
    (response) => response.body?.cancel(),
    () => undefined,
  );
}
