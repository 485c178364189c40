import type { RealtimeEmulator } from '../emulator/realtime-emulator.ts';

/** Environment variables the official clients and most servers read. */
export interface EmulatorEnvironment {
  /** The emulator's fake key. */
  readonly OPENAI_API_KEY: string;
  /** The emulator's address, with `/v1`. */
  readonly OPENAI_BASE_URL: string;
}

/**
 * What to give to the server under test, so that it mints at the emulator.
 *
 * @param emulator - A running emulator.
 *
 * @example
 * ```ts
 * spawn('node', ['server.js'], { env: { ...process.env, ...emulatorEnvironment(emulator) } });
 * ```
 */
export function emulatorEnvironment({
  apiKey,
  url,
}: Pick<RealtimeEmulator, 'apiKey' | 'url'>): EmulatorEnvironment {
  return { OPENAI_API_KEY: apiKey, OPENAI_BASE_URL: `${url}/v1` };
}
