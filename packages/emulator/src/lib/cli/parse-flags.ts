import { parseArgs } from 'node:util';
import { readFault } from '../faults/read-fault.ts';
import type { FaultSpec } from '../faults/read-fault.ts';
import type { Generation, RealtimeEmulatorOptions, Reuse } from '../options/emulator-options.ts';
import { numberOf } from './number-of.ts';
import { parseAction } from './parse-action.ts';
import type { ControlAction } from './parse-action.ts';

/** Port of the command when none is named. */
export const DEFAULT_CLI_PORT = 4141;

/** What the command line asks for. */
export type Command =
  | {
      readonly kind: 'run';
      readonly options: RealtimeEmulatorOptions;
      /** Faults that are on from the start. */
      readonly faults: readonly FaultSpec[];
    }
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
    const { values, positionals } = parseArgs({
      args: [...args],
      options: FLAGS,
      strict: true,
      allowPositionals: true,
    });
    if (values.help === true) return { kind: 'help' };
    if (values.version === true) return { kind: 'version' };
    const port = portOf(values.port ?? environment['EMULATOR_PORT'] ?? '');
    if (positionals.length > 0)
      return toControl(positionals, values.url ?? `http://127.0.0.1:${String(port)}`);
    return { kind: 'run', options: toOptions(values, port), faults: (values.fault ?? []).map(readFault) };
  } catch (error) {
    return { kind: 'mistake', message: firstLine(error) };
  }
}

function firstLine(error: unknown): string {
  return error instanceof Error ? (error.message.split('\n', 1)[0] ?? '') : 'Unreadable.';
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
  if (word === 'documented' || word === 'today') return word;
  throw new TypeError('--generation is "documented" or "today".');
}
