import type { RealtimeEmulator } from '../emulator/create-realtime-emulator.ts';

/** Environment variables that the official clients and most servers read. */
export interface EmulatorEnvironment {
  /** The emulator's fake API key. */
  readonly OPENAI_API_KEY: string;
  /** The emulator's URL, with `/v1`. */
  readonly OPENAI_BASE_URL: string;
}

/**
 * Returns the environment variables that make a server use an emulator instead of the API.
 *
 * @param emulator - A running emulator.
 *
 * @example
 * ```ts
 * spawn('node', ['server.js'], { env: { ...process.env, ...emulatorEnvironment(emulator) } });
 * ```
 */
export function emulatorEnvironment(emulator: Pick<RealtimeEmulator, 'apiKey' | 'url'>): EmulatorEnvironment {
  return { OPENAI_API_KEY: emulator.apiKey, OPENAI_BASE_URL: `${emulator.url}/v1` };
}
