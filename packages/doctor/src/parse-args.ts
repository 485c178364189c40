import { parseArgs } from 'node:util';
import { checkIds } from './check.ts';
import type { CheckId } from './check.ts';

/** The parsed command line of one examination. */
export interface DoctorArgs {
  readonly url: URL;
  /** Headers that authenticate a user. */
  readonly credentials: Readonly<Record<string, string>>;
  readonly ignored: ReadonlySet<CheckId>;
  readonly timeoutMs: number;
  readonly format: 'text' | 'json';
  /** Whether the route creates sessions of the Live API. */
  readonly isLive: boolean;
}

export type Command =
  | { readonly kind: 'doctor'; readonly args: DoctorArgs }
  | { readonly kind: 'help' }
  | { readonly kind: 'version' }
  | {
      readonly kind: 'invalid';
      /** Never contains a value from the command line: it could be secret. */
      readonly message: string;
    };

const FLAGS = {
  cookie: { type: 'string' },
  header: { type: 'string', multiple: true },
  ignore: { type: 'string', multiple: true },
  timeout: { type: 'string' },
  live: { type: 'boolean' },
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
  version: { type: 'boolean', short: 'v' },
} as const;

const HEADER = /^([\w!#$%&'*+.^`|~-]+):[ \t]*([\t\x20-\x7e]+)$/;

function parseUrl(positionals: readonly string[]): URL {
  const [address, ...rest] = positionals;
  if (address === undefined)
    throw new TypeError('Pass the URL of a mint route, such as https://your.app/api/realtime-session.');
  if (rest.length > 0) throw new TypeError('Pass exactly one URL; put it in quotes if it contains spaces.');
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) {
    throw new TypeError('The URL must start with https:// (or with http:// on this machine).');
  }
  if (url.username !== '' || url.password !== '') {
    throw new TypeError('The URL must not contain a user name or password; use --header for credentials.');
  }
  return url;
}

function parseCredentials(cookie: string | undefined, headers: readonly string[]): Record<string, string> {
  const lines = cookie === undefined ? headers : [`Cookie: ${cookie}`, ...headers];
  return Object.fromEntries(
    lines.map((line): [string, string] => {
      const [, name, value] = HEADER.exec(line.trim()) ?? [];
      if (name !== undefined && value !== undefined) return [name, value];
      throw new TypeError("--header takes 'Name: value' and --cookie takes 'name=value', both in ASCII.");
    }),
  );
}

function parseIgnored(names: readonly string[]): Set<CheckId> {
  return new Set(
    names.map((name) => {
      const id = checkIds.find((known) => known === name);
      if (id === undefined) throw new TypeError(`--ignore takes one of: ${checkIds.join(', ')}.`);
      return id;
    }),
  );
}

function parseTimeoutMs(text = '10'): number {
  const seconds = Number(text);
  if (/^\d{1,3}$/.test(text) && seconds > 0) return seconds * 1000;
  throw new TypeError('--timeout takes a whole number of seconds from 1 to 999.');
}

function invalid(thrown: unknown): Command {
  // The messages of Node's own errors (they have a code) quote the argument, which could be secret.
  const isOwnError = thrown instanceof TypeError && !('code' in thrown);
  const message = isOwnError ? thrown.message : 'A flag is unknown, or a flag is missing its value.';
  return { kind: 'invalid', message };
}

/** Parses the arguments after the name of the command. */
export function parseCliArgs(args: readonly string[]): Command {
  try {
    const { values, positionals } = parseArgs({ args: [...args], options: FLAGS, allowPositionals: true });
    if (values.help === true || args.length === 0) return { kind: 'help' };
    if (values.version === true) return { kind: 'version' };
    return {
      kind: 'doctor',
      args: {
        url: parseUrl(positionals),
        credentials: parseCredentials(values.cookie, values.header ?? []),
        ignored: parseIgnored(values.ignore ?? []),
        timeoutMs: parseTimeoutMs(values.timeout),
        format: values.json === true ? 'json' : 'text',
        isLive: values.live === true,
      },
    };
  } catch (thrown) {
    return invalid(thrown);
  }
}
