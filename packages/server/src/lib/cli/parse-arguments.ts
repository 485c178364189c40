import { parseArgs } from 'node:util';
import { checkIds } from '../doctor/check.ts';
import type { CheckId } from '../doctor/check.ts';

/** What the doctor was asked to do. */
export interface DoctorOrder {
  /** The route. */
  readonly url: URL;
  /** Headers that prove who is asking. */
  readonly credentials: Readonly<Record<string, string>>;
  /** Checks to leave out. */
  readonly ignored: ReadonlySet<CheckId>;
  /** Longest wait for one answer, in milliseconds. */
  readonly timeoutMs: number;
  /** What to print. */
  readonly format: 'text' | 'json';
}

/** What the command line asks for. */
export type Command =
  | {
      /** An examination. */
      readonly kind: 'doctor';
      /** Of what. */
      readonly order: DoctorOrder;
    }
  | {
      /** Help. */
      readonly kind: 'help';
    }
  | {
      /** The version. */
      readonly kind: 'version';
    }
  | {
      /** Nothing that makes sense. */
      readonly kind: 'mistake';
      /** What would, in a sentence. Holds no value from the command line that could be secret. */
      readonly message: string;
    };

const FLAGS = {
  cookie: { type: 'string' },
  header: { type: 'string', multiple: true },
  ignore: { type: 'string', multiple: true },
  timeout: { type: 'string' },
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
  version: { type: 'boolean', short: 'v' },
} as const;

const HEADER = /^([\w!#$%&'*+.^`|~-]+):[ \t]*([\t\x20-\x7e]+)$/;

function routeOf(positionals: readonly string[]): URL {
  const [command, address, ...rest] = positionals;
  if (command !== 'doctor') throw new TypeError('The only command is: doctor URL.');
  if (address === undefined)
    throw new TypeError('Say which route: doctor https://your.app/api/realtime-session.');
  if (rest.length > 0)
    throw new TypeError('Only one address can be examined at a time; quote it if it holds spaces.');
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) {
    throw new TypeError('The address must start with https:// (or http:// on this machine).');
  }
  if (url.username !== '' || url.password !== '') {
    throw new TypeError('The address may hold no user name or password; use --header for credentials.');
  }
  return url;
}

function credentialsOf(cookie: string | undefined, headers: readonly string[]): Record<string, string> {
  const lines = cookie === undefined ? headers : [`Cookie: ${cookie}`, ...headers];
  return Object.fromEntries(
    lines.map((line): [string, string] => {
      const [, name, value] = HEADER.exec(line.trim()) ?? [];
      if (name !== undefined && value !== undefined) return [name, value];
      throw new TypeError("--header takes 'Name: value' and --cookie 'name=value', in plain ASCII.");
    }),
  );
}

function ignoredOf(names: readonly string[]): Set<CheckId> {
  return new Set(
    names.map((name) => {
      const id = checkIds.find((known) => known === name);
      if (id === undefined) throw new TypeError(`--ignore takes one of: ${checkIds.join(', ')}.`);
      return id;
    }),
  );
}

function timeoutOf(text = '10'): number {
  const seconds = Number(text);
  if (/^\d{1,3}$/.test(text) && seconds > 0) return seconds * 1000;
  throw new TypeError('--timeout takes a whole number of seconds from 1 to 999.');
}

/** Node's sentence about a flag quotes the flag; a secret may have slipped in there. */
function mistake(thrown: unknown): Command {
  const isOurs = thrown instanceof TypeError && !('code' in thrown);
  const message = isOurs ? thrown.message : 'There is a flag that does not exist, or one without its value.';
  return { kind: 'mistake', message };
}

/**
 * Reads the command line.
 *
 * @param args - Arguments after the name of the command.
 */
export function parseArguments(args: readonly string[]): Command {
  try {
    const { values, positionals } = parseArgs({ args: [...args], options: FLAGS, allowPositionals: true });
    if (values.help === true || args.length === 0) return { kind: 'help' };
    if (values.version === true) return { kind: 'version' };
    const order: DoctorOrder = {
      url: routeOf(positionals),
      credentials: credentialsOf(values.cookie, values.header ?? []),
      ignored: ignoredOf(values.ignore ?? []),
      timeoutMs: timeoutOf(values.timeout),
      format: values.json === true ? 'json' : 'text',
    };
    return { kind: 'doctor', order };
  } catch (thrown) {
    return mistake(thrown);
  }
}
