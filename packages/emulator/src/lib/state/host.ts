import { isIP, isIPv6 } from 'node:net';
import { hostname, networkInterfaces } from 'node:os';
import { EmulatorOptionError } from '../shared/option-error.ts';

/** Where an emulator listens, and who can reach it. */
export interface HostSettings {
  /** Address or name to listen on. */
  readonly host: string;
  readonly reach: 'this-machine' | 'network';
  /** Host for URLs on this machine: an IPv6 address is in brackets. */
  readonly urlHost: string;
  /** The names and addresses of the emulator: those in its certificate, and those it can be controlled by. */
  readonly names: readonly string[];
}

const LOOPBACK_NAMES = ['localhost', '127.0.0.1', '::1'];

/** Listen on every address of the machine. */
const WILDCARDS: ReadonlySet<string> = new Set(['0.0.0.0', '::']);

const HOST_NAME = /^[a-z0-9](?:[\w.-]{0,251}[a-z0-9])?$/i;

/** Throws {@link EmulatorOptionError} for a value that is neither an address nor a name. */
export function resolveHost(host: string): HostSettings {
  const isHost = isIP(host) !== 0 || (HOST_NAME.test(host) && !/^[\d.]+$/.test(host));
  if (!isHost) {
    throw new EmulatorOptionError(
      'host must be an IP address or a host name without a port, such as 127.0.0.1 (this machine only) or 0.0.0.0 (every address of this machine).',
    );
  }
  // A name can resolve to ::1 first; most clients are told 127.0.0.1.
  if (host === 'localhost') return resolveHost('127.0.0.1');
  const urlHost = WILDCARDS.has(host) ? '127.0.0.1' : host;
  return {
    host,
    urlHost: isIPv6(urlHost) ? `[${urlHost}]` : urlHost,
    ...(isLoopback(host)
      ? { reach: 'this-machine', names: unique([...LOOPBACK_NAMES, host]) }
      : { reach: 'network', names: unique([...LOOPBACK_NAMES, urlHost, ...getMachineNames()]) }),
  };
}

/** Whether the authority of a URL, such as `[::1]:4141`, is one of the names and addresses. */
export function isOneOf(names: readonly string[], authority: string): boolean {
  const name = authority.replace(/:\d{1,5}$/, '').replace(/^\[(.*)\]$/, '$1');
  return names.includes(name.toLowerCase());
}

function isLoopback(host: string): boolean {
  return host === '::1' || /^127\.\d+\.\d+\.\d+$/.test(host);
}

function getMachineNames(): readonly string[] {
  const addresses = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
  return [hostname(), ...addresses.map(({ address }) => address)].filter(
    (name) => isIP(name) !== 0 || HOST_NAME.test(name),
  );
}

function unique(names: readonly string[]): readonly string[] {
  return [...new Set(names.map((name) => name.toLowerCase()))];
}
