import { EventEmitter, once } from 'node:events';
import { setImmediate } from 'node:timers/promises';
import { onTestFinished } from 'vitest';
import { createRealtimeEmulator } from '@realtime-session/emulator';
import type {
  EmulatorClock,
  EmulatorEvent,
  RealtimeEmulator,
  RealtimeEmulatorOptions,
} from '@realtime-session/emulator';

/** Starts an emulator that closes when the test finishes. */
export async function startEmulator(options: RealtimeEmulatorOptions = {}): Promise<RealtimeEmulator> {
  const emulator = await createRealtimeEmulator({ responsePaceMs: 1, ...options });
  onTestFinished(() => emulator.close());
  return emulator;
}

/** Starts an emulator and records its events. */
export async function startRecordedEmulator(options: RealtimeEmulatorOptions = {}): Promise<{
  emulator: RealtimeEmulator;
  events: EmulatorEvent[];
  waitForEvent: (type: EmulatorEvent['type']) => Promise<void>;
}> {
  const events: EmulatorEvent[] = [];
  const types = new EventEmitter();
  const emulator = await startEmulator({
    ...options,
    onEvent: (event) => {
      events.push(event);
      types.emit(event.type);
    },
  });
  return {
    emulator,
    events,
    async waitForEvent(expected) {
      if (!events.some(({ type }) => type === expected)) await once(types, expected);
    },
  };
}

export interface TokenResponse {
  readonly status: number;
  readonly headers: Headers;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- assertions read it member by member
  readonly body: any;
}

/** Sends a token request, with the emulator's fake key unless another is given. */
export async function requestToken(
  emulator: RealtimeEmulator,
  api: string,
  { body = {}, key = emulator.apiKey }: { body?: unknown; key?: string } = {},
): Promise<TokenResponse> {
  const response = await fetch(`${emulator.url}/v1/realtime/${api}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return { status: response.status, headers: response.headers, body: await response.json() };
}

/** Mints a token for a realtime session. */
export async function mintToken(emulator: RealtimeEmulator, session: object = {}): Promise<string> {
  const { body } = await requestToken(emulator, 'client_secrets', {
    body: { session: { type: 'realtime', ...session } },
  });
  return body.value as string;
}

/** Creates a clock that only moves when it is advanced. */
export function createManualClock(startMs = Date.UTC(2026, 0, 1)): {
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

/** Creates a clock with timers, which fire in order when it is advanced. What a timer starts continues before the next one. */
export function createTimerClock(
  startMs = Date.UTC(2026, 0, 1),
): EmulatorClock & { readonly advance: (ms: number) => Promise<void> } {
  const timers = new Set<{ readonly dueMs: number; readonly run: () => void }>();
  let now = startMs;
  return {
    nowMs: () => now,
    setTimer(run, delayMs) {
      const timer = { dueMs: now + delayMs, run };
      timers.add(timer);
      return () => void timers.delete(timer);
    },
    async advance(ms) {
      const endMs = now + ms;
      for (;;) {
        await setImmediate();
        const [next] = [...timers].filter(({ dueMs }) => dueMs <= endMs).sort((a, b) => a.dueMs - b.dueMs);
        if (next === undefined) break;
        timers.delete(next);
        now = Math.max(now, next.dueMs);
        next.run();
      }
      now = endMs;
    },
  };
}
