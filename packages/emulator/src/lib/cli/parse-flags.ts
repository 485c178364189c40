import { parseArgs } from 'node:util';
import type { Generation, RealtimeEmulatorOptions } from '../options/emulator-options.ts';

/** Port of the command when none is named. */
export const DEFAULT_CLI_PORT = 4141;

/** What the command line asks for. */
export type Command =
  | { readonly kind: 'run'; readonly options: RealtimeEmulatorOptions }
  | { readonly kind: 'help' }
  | { readonly kind: 'version' }
  | { readonly kind: 'mistake'; readonly message: string };

const FLAGS = {
  port: { type: 'string' },
  'api-key': { type: 'string', multiple: true },
  ttl: { type: 'string' },
  generation: { type: 'string' },
  help: { type: 'boolean', short: 'h' },
  version: { type: 'boolean', short: 'v' },
} as const;

/**
 * Reads the command line.
 *
 * @param args - Arguments after the name of the command.
 * @param environment - Environment variables; only `EMULATOR_PORT` is read.
 */
export function parseFlags(
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): Command {
  try {
    const { values } = parseArgs({ args: [...args], options: FLAGS, strict: true, allowPositionals: false });
    if (values.help === true) return { kind: 'help' };
    if (values.version === true) return { kind: 'version' };
    return { kind: 'run', options: toOptions(values, environment['EMULATOR_PORT']) };
  } catch (error) {
    return {
      kind: 'mistake',
      message: error instanceof Error ? (error.message.split('\n', 1)[0] ?? '') : 'Unreadable.',
    };
  }
}

interface Flags {
  readonly port?: string | undefined;
  readonly 'api-key'?: string[] | undefined;
  readonly ttl?: string | undefined;
  readonly generation?: string | undefined;
}

function toOptions(flags: Flags, environmentPort = ''): RealtimeEmulatorOptions {
  const port = flags.port ?? environmentPort;
  return {
    port: port === '' ? DEFAULT_CLI_PORT : wholeNumber('--port', port),
    ...(flags['api-key'] === undefined ? {} : { apiKeys: flags['api-key'] }),
    ...(flags.ttl === undefined ? {} : lifetimes(wholeNumber('--ttl', flags.ttl))),
    ...(flags.generation === undefined ? {} : { generation: generation(flags.generation) }),
  };
}

/** Under ten seconds, requests may name that little too. */
function lifetimes(seconds: number): RealtimeEmulatorOptions {
  return { defaultTtlSeconds: seconds, minTtlSeconds: Math.max(1, Math.min(10, seconds)) };
}

function wholeNumber(flag: string, text: string): number {
  if (/^\d{1,6}$/.test(text)) return Number(text);
  throw new TypeError(`${flag} takes a whole number.`);
}

function generation(word: string): Generation {
  if (word === 'documented' || word === 'today') return word;
  throw new TypeError('--generation is "documented" or "today".');
}
