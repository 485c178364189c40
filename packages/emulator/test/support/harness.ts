import { onTestFinished } from 'vitest';
import { createRealtimeEmulator } from '@realtime-session/emulator';
import type { RealtimeEmulator, RealtimeEmulatorOptions } from '@realtime-session/emulator';

/** Starts an emulator that ends with the test. */
export async function startEmulator(options: RealtimeEmulatorOptions = {}): Promise<RealtimeEmulator> {
  const emulator = await createRealtimeEmulator({ responsePaceMs: 1, ...options });
  onTestFinished(() => emulator.close());
  return emulator;
}

/** One create call, answered. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- assertions read it member by member
  readonly body: any;
}

/** Sends a create call; the emulator's own fake key unless another is given. */
export async function create(
  emulator: RealtimeEmulator,
  call: string,
  { body = {}, key = emulator.apiKey }: { body?: unknown; key?: string } = {},
): Promise<Answer> {
  const response = await fetch(`${emulator.url}/v1/realtime/${call}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return { status: response.status, headers: response.headers, body: await response.json() };
}

/** Mints a token for a session over the live call. */
export async function mintToken(emulator: RealtimeEmulator, session: object = {}): Promise<string> {
  const answer = await create(emulator, 'client_secrets', {
    body: { session: { type: 'realtime', ...session } },
  });
  return answer.body.value as string;
}

/** A clock that stands still until it is moved. */
export function handClock(startMs = Date.UTC(2026, 0, 1)): {
  nowMs: () => number;
  advance: (ms: number) => void;
} {
  let now = startMs;
  return {
    nowMs: () => now,
    advance: (ms) => {
      now += ms;
    },
  };
}
