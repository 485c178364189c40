import { createRealtimeEmulator, type Generation } from '@realtime-session/emulator';
import { compatible } from '@realtime-session/server';
import { describe, expect, it, onTestFinished } from 'vitest';
import { serveMintRoute } from '../support/mint-route.ts';
import { firstEvent } from '../support/first-event.ts';

/** An exact copy of the documented example. Its model shuts down on 2027-01-20, so the emulator lists it as an added one. */
const body = `{
    "model": "gpt-realtime",
    "modalities": ["audio", "text"],
    "instructions": "You are a friendly assistant."
  }`;

async function startEmulator(generation: Generation) {
  const emulator = await createRealtimeEmulator({ generation, models: ['gpt-realtime'] });
  onTestFinished(() => emulator.close());
  return emulator;
}

async function post(url: string, headers: Readonly<Record<string, string>> = {}) {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', ...headers },
    body,
  });
  const session: unknown = await response.json();
  return { status: response.status, session };
}

/** Call it after the test has checked the shape of the response. */
function readSecret(session: unknown): string {
  return (session as { client_secret: { value: string } }).client_secret.value;
}

describe('the documented create-session call', () => {
  it('returns a session object whose client_secret opens a session', async () => {
    const emulator = await startEmulator('documented');
    const { status, session } = await post(`${emulator.url}/v1/realtime/sessions`, {
      Authorization: `Bearer ${emulator.apiKey}`,
    });

    expect(status).toBe(200);
    expect(session).toMatchObject({
      id: expect.stringMatching(/^sess_/),
      object: 'realtime.session',
      model: expect.stringMatching(/^gpt-realtime/),
      modalities: ['audio', 'text'],
      instructions: 'You are a friendly assistant.',
      client_secret: { value: expect.stringMatching(/^ek_/), expires_at: expect.any(Number) },
    });
    expect(
      await firstEvent(`${emulator.webSocketUrl}?model=gpt-realtime`, readSecret(session)),
    ).toMatchObject({
      type: 'session.created',
    });
  });

  it.each(['documented', 'current'] as const)(
    'works through a mint route with the %s API',
    async (generation) => {
      const emulator = await startEmulator(generation);
      const mintRoute = await serveMintRoute({
        apiKey: emulator.apiKey,
        upstream: compatible({
          baseUrl: emulator.url,
          api: generation === 'current' ? 'client_secrets' : 'sessions',
        }),
        session: { model: 'gpt-realtime' },
        allow: ['model', 'modalities', 'instructions'],
        responseFormat: 'session',
        expose: ['modalities'],
      });
      const { status, session } = await post(mintRoute);

      expect(status).toBe(200);
      expect(session).toMatchObject({
        object: 'realtime.session',
        client_secret: { value: expect.stringMatching(/^ek_/), expires_at: expect.any(Number) },
      });
      expect(JSON.stringify(session)).not.toContain('friendly');
      expect(
        await firstEvent(`${emulator.webSocketUrl}?model=gpt-realtime`, readSecret(session)),
      ).toMatchObject({
        type: 'session.created',
        session: { instructions: 'You are a friendly assistant.' },
      });
    },
  );
});
