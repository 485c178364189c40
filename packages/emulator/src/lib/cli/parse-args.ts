import { parseArgs as parseNodeArgs } from 'node:util';
import { parseFault } from '../faults/parse-fault.ts';
import type { ScopedFault } from '../faults/parse-fault.ts';
import type { Generation, RealtimeEmulatorOptions, Reuse } from '../state/options.ts';
import { parseControlAction, parseInteger } from './control-command.ts';
import type { ControlAction } from './control-command.ts';
import { DEFAULT_CLI_PORT } from './help.ts';

/** How to start an emulator. */
export interface StartOptions {
  readonly options: RealtimeEmulatorOptions;
  /** Faults that are active from the start. */
  readonly faults: readonly ScopedFault[];
  /** Path of a JSON file with a script. */
  readonly scriptFile: string | undefined;
}

/** Runs a program with an emulator. */
export interface ExecCommand extends StartOptions {
  readonly kind: 'exec';
  readonly program: readonly [name: string, ...args: string[]];
  /** `unless-key`: a program that already has an `OPENAI_API_KEY` runs without an emulator. */
  readonly emulate: 'always' | 'unless-key';
}

export interface RunCommand extends StartOptions {
  readonly kind: 'run';
}

export type Command =
  | RunCommand
  | ExecCommand
  | { readonly kind: 'control'; readonly url: string; readonly action: ControlAction }
  | { readonly kind: 'faults' | 'help' | 'version' }
  | { readonly kind: 'usage-error'; readonly message: string };

const FLAGS = {
  port: { type: 'string' },
  host: { type: 'string' },
  'api-key': { type: 'string', multiple: true },
  ttl: { type: 'string' },
  generation: { type: 'string' },
  reuse: { type: 'string' },
  'max-session': { type: 'string' },
  model: { type: 'string', multiple: true },
  voice: { type: 'string', multiple: true },
  fault: { type: 'string', multiple: true },
  script: { type: 'string' },
  seed: { type: 'string' },
  url: { type: 'string' },
  'unless-key': { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
  version: { type: 'boolean', short: 'v' },
} as const;

/** Parses the arguments after the command name. Of the environment, it reads `EMULATOR_PORT` only. */
export function parseArgs(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): Command {
  try {
    return parseCommand(args, env['EMULATOR_PORT'] ?? '');
  } catch (error) {
    const message = error instanceof Error ? (error.message.split('\n', 1)[0] ?? '') : 'Invalid arguments.';
    return { kind: 'usage-error', message };
  }
}

function parseCommand(args: readonly string[], defaultPort: string): Command {
  // Everything after "exec" belongs to the program.
  const execIndex = args.indexOf('exec');
  const { values, positionals } = parseNodeArgs({
    args: execIndex === -1 ? [...args] : args.slice(0, execIndex),
    options: FLAGS,
    strict: true,
    allowPositionals: true,
  });
  if (values.help === true) return { kind: 'help' };
  if (values.version === true) return { kind: 'version' };
  const portText = values.port ?? defaultPort;
  if (execIndex !== -1)
    return toExecCommand(values, args.slice(execIndex + 1), portText === '' ? 0 : parsePort(portText));
  const port = parsePort(portText);
  if (positionals.length === 0) return { kind: 'run', ...toStartOptions(values, port) };
  if (positionals.join(' ') === 'faults') return { kind: 'faults' };
  const url = values.url ?? `http://127.0.0.1:${String(port)}`;
  return { kind: 'control', url, action: parseControlAction(positionals) };
}

interface Flags {
  readonly host?: string | undefined;
  readonly 'api-key'?: string[] | undefined;
  readonly ttl?: string | undefined;
  readonly generation?: string | undefined;
  readonly reuse?: string | undefined;
  readonly 'max-session'?: string | undefined;
  readonly model?: string[] | undefined;
  readonly voice?: string[] | undefined;
  readonly fault?: string[] | undefined;
  readonly script?: string | undefined;
  readonly seed?: string | undefined;
  readonly 'unless-key'?: boolean | undefined;
}

function toExecCommand(flags: Flags, words: readonly string[], port: number): ExecCommand {
  const [name, ...args] = words[0] === '--' ? words.slice(1) : words;
  if (name === undefined) throw new TypeError('exec requires a program, such as exec node server.js.');
  return {
    kind: 'exec',
    ...toStartOptions(flags, port),
    program: [name, ...args],
    emulate: flags['unless-key'] === true ? 'unless-key' : 'always',
  };
}

function toStartOptions(flags: Flags, port: number): StartOptions {
  const { ttl, generation, reuse, 'api-key': apiKeys, 'max-session': maxSession, fault = [] } = flags;
  return {
    options: {
      port,
      ...toPlainOptions(flags),
      ...(apiKeys === undefined ? {} : { apiKeys }),
      ...(ttl === undefined ? {} : toLifetimes(parseInteger('--ttl', ttl))),
      ...(generation === undefined ? {} : { generation: parseGeneration(generation) }),
      ...(reuse === undefined ? {} : { reuse: parseReuse(reuse) }),
      ...(maxSession === undefined ? {} : { maxSessionMs: 1000 * parseInteger('--max-session', maxSession) }),
    },
    faults: fault.map(parseFault),
    scriptFile: flags.script,
  };
}

/** Converts the flags that are options as they are. */
function toPlainOptions({ host, model: models, voice: voices, seed }: Flags): RealtimeEmulatorOptions {
  return {
    ...(host === undefined ? {} : { host }),
    ...(models === undefined ? {} : { models }),
    ...(voices === undefined ? {} : { voices }),
    ...(seed === undefined ? {} : { seed }),
  };
}

function parsePort(text: string): number {
  return text === '' ? DEFAULT_CLI_PORT : parseInteger('--port', text);
}

/** A default under ten seconds also lowers the minimum that a request can set. */
function toLifetimes(seconds: number): RealtimeEmulatorOptions {
  return { defaultTtlSeconds: seconds, minTtlSeconds: Math.max(1, Math.min(10, seconds)) };
}

function parseReuse(text: string): Reuse {
  if (text === 'until-expiry' || text === 'once') return text;
  throw new TypeError('--reuse must be "until-expiry" or "once".');
}

function parseGeneration(text: string): Generation {
  if (text === 'documented' || text === 'current') return text;
  throw new TypeError('--generation must be "documented" or "current".');
}
