/** Startup fails with a problem that the user can fix. The message is printed without a stack trace. */
export class StartError extends Error {
  override readonly name = 'StartError';
}

/** Which API mints tokens: a real one, or the bundled emulator. */
export type ApiSource = { readonly kind: 'api'; readonly apiKey: string } | { readonly kind: 'emulator' };

/** An exact port that the user set, or the first free port from a default. */
export type PortChoice =
  | { readonly kind: 'exact'; readonly port: number; readonly variable: string }
  | { readonly kind: 'from'; readonly port: number };

export interface Settings {
  /** Whether the page opens calls with a token, or the server creates them, on the Realtime or the Live API. */
  readonly connectsBy: 'tokens' | 'calls' | 'live';
  readonly source: ApiSource;
  readonly port: PortChoice;
  readonly emulatorPort: PortChoice;
  readonly ttlSeconds: number;
  readonly instructions: string;
}

type Env = Readonly<Record<string, string | undefined>>;

const DEFAULT_INSTRUCTIONS =
  'You are a friendly assistant. Greet the user, and use at most two short sentences.';

/**
 * Reads the environment variables and the flags. An empty variable counts as unset.
 *
 * @throws StartError for the first invalid value. The message never contains the API key.
 */
export function readSettings(env: Env, args: readonly string[]): Settings {
  return {
    connectsBy: readFlags(args),
    source: readSource(env),
    port: readPort(env, 'PORT', 3000),
    emulatorPort: readPort(env, 'EMULATOR_PORT', 4141),
    ttlSeconds: readTtl(env),
    instructions: readVariable(env, 'REALTIME_INSTRUCTIONS') ?? DEFAULT_INSTRUCTIONS,
  };
}

/** `npm start` puts the name of its own command before the flags. */
function readFlags(args: readonly string[]): Settings['connectsBy'] {
  const flags = args.filter((arg) => arg.startsWith('-'));
  const unknown = flags.find((flag) => flag !== '--calls' && flag !== '--live');
  if (unknown !== undefined) throw new StartError(`Unknown flag ${unknown}: use --calls or --live.`);
  if (flags.includes('--live')) return 'live';
  return flags.length > 0 ? 'calls' : 'tokens';
}

function readVariable(env: Env, name: string): string | undefined {
  const value = env[name];
  return value === '' ? undefined : value;
}

function readSource(env: Env): ApiSource {
  const apiKey = readVariable(env, 'OPENAI_API_KEY');
  if (apiKey === undefined) return { kind: 'emulator' };
  if (!/^sk-[\x21-\x7e]+$/.test(apiKey)) {
    throw new StartError(
      'OPENAI_API_KEY is not an API key: set it to one that starts with "sk-" and has no spaces, or unset it to use the emulator.',
    );
  }
  return { kind: 'api', apiKey };
}

function readPort(env: Env, variable: string, defaultPort: number): PortChoice {
  const text = readVariable(env, variable);
  if (text === undefined) return { kind: 'from', port: defaultPort };
  return { kind: 'exact', port: parseInteger(variable, text, { min: 0, max: 65_535 }), variable };
}

function readTtl(env: Env): number {
  const text = readVariable(env, 'SESSION_TTL_SECONDS');
  return text === undefined ? 120 : parseInteger('SESSION_TTL_SECONDS', text, { min: 10, max: 7200 });
}

function parseInteger(variable: string, text: string, range: { min: number; max: number }): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= range.min && value <= range.max) return value;
  throw new StartError(
    `${variable} must be a whole number from ${range.min} to ${range.max}: change it, or unset it.`,
  );
}
