import { isLoopbackAddress } from '../address.ts';
import { ProblemError } from '../problem.ts';
import type { RequestTarget } from './origin.ts';

/** Hosts to which a request may be addressed. */
export interface HostRules {
  readonly patterns: readonly string[];
  /** `loopback` checks only connections from this machine. */
  readonly connections: 'all' | 'loopback';
}

const PATTERN = /^(?:\*\.)?[\w-]+(?:\.[\w-]+)*(?::\d{1,5})?$|^\[[\da-f:.]+\](?::\d{1,5})?$/i;
const IP_ADDRESS = /^(?:\[[\da-f:.]+\]|\d+(?:\.\d+){3})$/;

/** Names that no other site can own: they never are in the public DNS (RFC 6761). */
const localHosts: readonly string[] = ['localhost', '*.localhost', '*.test'];

function checkPattern(host: string): string {
  if (PATTERN.test(host)) return host.toLowerCase();
  throw new TypeError(
    `allowedHosts: "${host}" is not a host; write it like "app.example.com" or "*.example.com", without a scheme or path.`,
  );
}

function isProduction(): boolean {
  try {
    const { NODE_ENV } = typeof process === 'undefined' ? {} : process.env;
    return NODE_ENV === 'production';
  } catch {
    // Deno throws if the variable may not be read.
    return false;
  }
}

/** The options that decide which hosts are allowed. */
interface HostOptions {
  readonly allowedHosts?: readonly string[];
  readonly allowedOrigins?: readonly string[];
}

/**
 * Resolves `allowedHosts` when the handler is created.
 *
 * @returns `undefined` if hosts are not checked.
 * @throws TypeError If an entry is not a host.
 */
export function resolveHosts({ allowedHosts, allowedOrigins = [] }: HostOptions): HostRules | undefined {
  if (allowedHosts !== undefined) return { patterns: allowedHosts.map(checkPattern), connections: 'all' };
  if (isProduction()) return undefined;
  const originHosts = allowedOrigins.map((origin) => origin.replace(/^.*:\/\//, '').toLowerCase());
  return { patterns: [...localHosts, ...originHosts], connections: 'loopback' };
}

function matches(pattern: string, host: string): boolean {
  const name = /:\d+$/.test(pattern) ? host : host.replace(/:\d+$/, '');
  return pattern.startsWith('*.') ? name.endsWith(pattern.slice(1)) : name === pattern;
}

/**
 * Refuses requests that are addressed to another host. A page of another site can reach a server on the user's machine under its
 * own host name (DNS rebinding), and its requests are then same-origin.
 *
 * @param address - The client's address.
 * @throws ProblemError `host_forbidden`.
 */
export function checkHost(
  rules: HostRules | undefined,
  { host }: RequestTarget,
  address: string | undefined,
): void {
  if (rules === undefined) return;
  const isLocal = rules.connections === 'loopback';
  if (isLocal && (address === undefined || !isLoopbackAddress(address))) return;
  const name = host.replace(/:\d+$/, '').replace(/\.$/, '');
  // A request to an IP address was not led here by a name.
  if (isLocal && IP_ADDRESS.test(name)) return;
  if (rules.patterns.some((pattern) => matches(pattern, host))) return;
  const remedy = `The request is addressed to the host ${host.slice(0, 200)}; add it to \`allowedHosts\` if it is yours.`;
  throw new ProblemError('host_forbidden', { remedy });
}
