// What the programs share. Each program holds a conversation with one client, which reads its address and key from the environment.

import { Buffer } from 'node:buffer';

export const MODEL = 'gpt-realtime-2.1';

/** The emulator calls a function that a message names. */
export const WEATHER_QUESTION = 'Please use get_weather.';

const RATE = 24_000;

/** Half a second of a tone and a second of silence, PCM of 16 bits at 24 kHz: a spoken turn. */
export function spokenTurn() {
  const samples = new Int16Array(1.5 * RATE);
  for (let index = 0; index < RATE / 2; index += 1)
    samples[index] = 8_000 * Math.sin((2 * Math.PI * 440 * index) / RATE);
  return samples;
}

export function toBase64(samples) {
  return Buffer.from(samples.buffer).toString('base64');
}

/** Collects events, so that none is missed between two waits. */
export function createInbox() {
  const events = [];
  let wake = () => undefined;
  return {
    add(event) {
      events.push(event);
      wake();
    },
    /** Resolves with the next event of a type; skips the events before it. Throws when it meets an error. */
    async next(type) {
      for (;;) {
        const event = events.shift();
        if (event?.type === type) return event;
        if (event?.type === 'error') throw new Error(JSON.stringify(event));
        if (event === undefined) await new Promise((resolve) => (wake = resolve));
      }
    },
  };
}

export function expectText(text, expected) {
  if (!String(text).includes(expected)) throw new Error(`Expected “${expected}” in “${String(text)}”.`);
}

/** Prints what the client did, for the table, and exits. */
export function report(exercised) {
  process.stdout.write(`${JSON.stringify({ exercised })}\n`, () => process.exit(0));
}
