import { parseArgs } from 'node:util';
import { readFault } from '../faults/read-fault.ts';
import type { FaultSpec } from '../faults/read-fault.ts';
import type { Generation, RealtimeEmulatorOptions, Reuse } from '../options/emulator-options.ts';
import { numberOf } from './number-of.ts';
import { parseAction } from './parse-action.ts';
import type { ControlAction } from './parse-action.ts';

/** Port of the command when none is named. */
export const DEFAULT_CLI_PORT = 4141;

/** A program that is run beside an emulator. */
export interface ExecCommand {
  /** Tells it from the other commands. */
  readonly kind: 'exec';
  /** What the emulator is like. */
  readonly options: RealtimeEmulatorOptions;
  /** Faults that are on from the start. */
  readonly faults: readonly FaultSpec[];
  /** The program and its arguments. */
  readonly program: readonly [string, ...string[]];
  /** Whether a program that has an `OPENAI_API_KEY` already gets an emulator all the same. */
  readonly emulate: 'always' | 'unless-key';
}

/** What the command line asks for. */
export type Command =
  | {
      readonly kind: 'run';
      readonly options: RealtimeEmulatorOptions;
      /** Faults that are on from the start. */
      readonly faults: readonly FaultSpec[];
    }
  | ExecCommand
  | { readonly kind: 'control'; readonly url: string; readonly action: ControlAction }
  | { readonly kind: 'faults' }
  | { readonly kind: 'help' }
  | { readonly kind: 'version' }
  | { readonly kind: 'mistake'; readonly message: string };

const FLAGS = {
  port: { type: 'string' },
  'api-key': { type: 'string', multiple: true },
  ttl: { type: 'string' },
  generation: { type: 'string' },
  reuse: { type: 'string' },
  'max-session': { type: 'string' },
  fault: { type: 'string', multiple: true },
  url: { type: 'string' },
  'unless-key': { type: 'boolean' },
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
    return read(args, environment['EMULATOR_PORT'] ?? '');
  } catch (error) {
    return { kind: 'mistake', message: firstLine(error) };
  }
}

function read(args: readonly string[], usualPort: string): Command {
  // Whatever stands behind the word is the program's own.
  const at = args.indexOf('exec');
  const { values, positionals } = parseArgs({
    args: at === -1 ? [...args] : args.slice(0, at),
    options: FLAGS,
    strict: true,
    allowPositionals: true,
  });
  if (values.help === true) return { kind: 'help' };
  if (values.version === true) return { kind: 'version' };
  const asked = values.port ?? usualPort;
  if (at !== -1) return toExec(values, args.slice(at + 1), asked === '' ? 0 : portOf(asked));
  const port = portOf(asked);
  if (positionals.length > 0) return toControl(positionals, values.url ?? `http://127.0.0.1:${String(port)}`);
  return { kind: 'run', options: toOptions(values, port), faults: (values.fault ?? []).map(readFault) };
}

function firstLine(error: unknown): string {
  return error instanceof Error ? (error.message.split('\n', 1)[0] ?? '') : 'Unreadable.';
}

function toExec(flags: Flags, words: readonly string[], port: number): ExecCommand {
  const [name, ...rest] = words[0] === '--' ? words.slice(1) : words;
  if (name === undefined) throw new TypeError('exec takes a program: exec node server.js.');
  return {
    kind: 'exec',
    options: toOptions(flags, port),
    faults: (flags.fault ?? []).map(readFault),
    program: [name, ...rest],
    emulate: flags['unless-key'] === true ? 'unless-key' : 'always',
  };
}

function toControl(words: readonly string[], url: string): Command {
  if (words.join(' ') === 'faults') return { kind: 'faults' };
  return { kind: 'control', url, action: parseAction(words) };
}

interface Flags {
  readonly 'api-key'?: string[] | undefined;
  readonly ttl?: string | undefined;
  readonly generation?: string | undefined;
  readonly reuse?: string | undefined;
  readonly 'max-session'?: string | undefined;
  readonly fault?: string[] | undefined;
  readonly 'unless-key'?: boolean | undefined;
}

function toOptions(flags: Flags, port: number): RealtimeEmulatorOptions {
  const { ttl, generation, reuse, 'api-key': apiKeys, 'max-session': maxSession } = flags;
  return {
    port,
    ...(apiKeys === undefined ? {} : { apiKeys }),
    ...(ttl === undefined ? {} : lifetimes(numberOf('--ttl', ttl))),
    ...(generation === undefined ? {} : { generation: asGeneration(generation) }),
    ...(reuse === undefined ? {} : { reuse: asReuse(reuse) }),
    ...(maxSession === undefined ? {} : { maxSessionMs: 1000 * numberOf('--max-session', maxSession) }),
  };
}

function portOf(word: string): number {
  return word === '' ? DEFAULT_CLI_PORT : numberOf('--port', word);
}

/** Under ten seconds, requests may name that little too. */
function lifetimes(seconds: number): RealtimeEmulatorOptions {
  return { defaultTtlSeconds: seconds, minTtlSeconds: Math.max(1, Math.min(10, seconds)) };
}

function asReuse(word: string): Reuse {
  if (word === 'until-expiry' || word === 'once') return word;
  throw new TypeError('--reuse is "until-expiry" or "once".');
}

function asGeneration(word: string): Generation {
  if (word === 'documented' || word === 'current') return word;
  throw new TypeError('--generation is "documented" or "current".');
}
