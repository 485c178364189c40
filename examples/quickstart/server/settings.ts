import { StartError } from './start-error.ts';

/** Where tokens come from: the real API (or what stands at `baseUrl`), or the emulator that comes along. */
export type Source =
  | { readonly kind: 'api'; readonly apiKey: string; readonly baseUrl: string | undefined }
  | { readonly kind: 'emulator' };

/** A port to listen on: one that was asked for, or a place to start looking. */
export type PortChoice =
  | { readonly kind: 'exact'; readonly port: number; readonly variable: string }
  | { readonly kind: 'from'; readonly port: number };

/** The environment, read once. */
export interface Settings {
  readonly source: Source;
  readonly port: PortChoice;
  readonly emulatorPort: PortChoice;
  readonly ttlSeconds: number;
  readonly instructions: string;
}

type Env = Readonly<Record<string, string | undefined>>;

const FRIENDLY = 'You are a friendly assistant. Greet the person, and keep it to two short sentences.';

/**
 * Reads the environment variables of the quickstart; an empty one counts as unset.
 *
 * @throws StartError for the first value that cannot be used. Its message never repeats the API key.
 */
export function readSettings(env: Env): Settings {
  return {
    source: readSource(env),
    port: readPort(env, 'PORT', 3000),
    emulatorPort: readPort(env, 'EMULATOR_PORT', 4010),
    ttlSeconds: readTtl(env),
    instructions: read(env, 'REALTIME_INSTRUCTIONS') ?? FRIENDLY,
  };
}

function read(env: Env, name: string): string | undefined {
  const value = env[name];
  return value === '' ? undefined : value;
}

function readSource(env: Env): Source {
  const apiKey = read(env, 'OPENAI_API_KEY');
  if (apiKey === undefined) return { kind: 'emulator' };
  if (!/^sk-[\x21-\x7e]+$/.test(apiKey)) {
    throw new StartError(
      'OPENAI_API_KEY is not an API key: set it to one that starts with "sk-" and has no spaces, or unset it to use the emulator.',
    );
  }
  return { kind: 'api', apiKey, baseUrl: readBaseUrl(env) };
}

function readBaseUrl(env: Env): string | undefined {
  const baseUrl = read(env, 'OPENAI_BASE_URL');
  if (baseUrl === undefined || URL.canParse(baseUrl)) return baseUrl;
  throw new StartError('OPENAI_BASE_URL is not a URL: set it to one like "https://host/v1", or unset it.');
}

function readPort(env: Env, variable: string, usual: number): PortChoice {
  const text = read(env, variable);
  if (text === undefined) return { kind: 'from', port: usual };
  return { kind: 'exact', port: readWhole(variable, text, { min: 0, max: 65_535 }), variable };
}

function readTtl(env: Env): number {
  const text = read(env, 'SESSION_TTL_SECONDS');
  return text === undefined ? 120 : readWhole('SESSION_TTL_SECONDS', text, { min: 10, max: 7200 });
}

function readWhole(variable: string, text: string, range: { min: number; max: number }): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= range.min && value <= range.max) return value;
  throw new StartError(
    `${variable} must be a whole number from ${range.min} to ${range.max}: change it, or unset it.`,
  );
}
