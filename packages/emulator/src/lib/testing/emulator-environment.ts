import type { RealtimeEmulator } from '../emulator/create-realtime-emulator.ts';

/** Environment variables that the official clients and most servers read. */
export interface EmulatorEnvironment {
  /** The emulator's fake API key. */
  readonly OPENAI_API_KEY: string;
  /** The emulator's URL, with `/v1`. */
  readonly OPENAI_BASE_URL: string;
  /**
   * A file with the emulator's certificate, for clients that turn every URL into `https:` or `wss:`. Node reads the variable when
   * it starts, so it must be in the environment of a new process.
   */
  readonly NODE_EXTRA_CA_CERTS: string;
}

/**
 * Returns the environment variables that make a server use an emulator instead of the API. They are for a new process.
 *
 * @param emulator - A running emulator. When it closes, it removes the file of `NODE_EXTRA_CA_CERTS`.
 * @param env - The environment to add to. The certificates of its `NODE_EXTRA_CA_CERTS` stay trusted. Default `process.env`.
 *
 * @example
 * ```ts
 * spawn('node', ['server.js'], { env: { ...process.env, ...emulatorEnvironment(emulator) } });
 * ```
 */
export function emulatorEnvironment(
  emulator: Pick<RealtimeEmulator, 'apiKey' | 'url' | 'writeCertificate'>,
  env: Readonly<Record<string, string | undefined>> = process.env,
): EmulatorEnvironment {
  return {
    OPENAI_API_KEY: emulator.apiKey,
    OPENAI_BASE_URL: `${emulator.url}/v1`,
    NODE_EXTRA_CA_CERTS: emulator.writeCertificate(env['NODE_EXTRA_CA_CERTS']),
  };
}
