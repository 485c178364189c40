import { checkInteger } from './validate.ts';

/**
 * The number of proxies in front of this server. Each proxy appends an address to `X-Forwarded-For`; the client is the
 * `hops`-th address from the right.
 */
export interface TrustedHops {
  /** Number of proxies, a whole number from 1. */
  readonly hops: number;
}

/**
 * The proxies in front of this server whose `X-Forwarded-For` is trusted to name the client.
 *
 * - `'loopback'`: a proxy on this machine.
 * - a list of addresses: these proxies. The client is the rightmost address that is not in the list.
 * - `{ hops }`: this many proxies, whatever their addresses are.
 */
export type TrustProxy = 'loopback' | readonly string[] | TrustedHops;

export interface Connection {
  /** The address at the other end of the connection, if the server knows it. */
  readonly peer: string | undefined;
  /** The value of `X-Forwarded-For`; several headers are joined by commas. */
  readonly forwarded: string | null | undefined;
}

const LOOPBACK = /^(?:::1|(?:::ffff:)?127(?:\.\d{1,3}){3})$/;
const IPV4 = /^(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?:\.(?!$)|$)){4}$/;

/** Whether an IP address, without brackets, belongs to this machine. */
export function isLoopbackAddress(address: string): boolean {
  return LOOPBACK.test(address);
}

function toIpv4(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.)/, '');
}

function isTrustedProxy(address: string, trust: 'loopback' | readonly string[]): boolean {
  return trust === 'loopback' ? isLoopbackAddress(address) : trust.map(toIpv4).includes(toIpv4(address));
}

function isHops(trust: TrustProxy): trust is TrustedHops {
  return typeof trust === 'object' && 'hops' in trust;
}

/** The client's address: the peer of the connection or, with `trust`, the address that trusted proxies report. */
export function clientAddress(connection: Connection, trust: TrustProxy | undefined): string | undefined {
  const { peer, forwarded } = connection;
  if (trust === undefined) return peer;
  const addresses = (forwarded ?? '')
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
  // A list shorter than `hops` did not pass through all proxies, so it is not trusted.
  if (isHops(trust)) return addresses.at(-trust.hops) ?? peer;
  if (peer === undefined) return undefined;
  const nearestFirst = [peer, ...addresses.reverse()];
  return nearestFirst.find((address) => !isTrustedProxy(address, trust)) ?? nearestFirst.at(-1);
}

/**
 * Checks `trustProxy` when the adapter is created.
 *
 * @throws TypeError If `hops` is not a whole number from 1.
 */
export function checkTrustProxy(trust: TrustProxy | undefined): void {
  if (trust !== undefined && isHops(trust)) checkInteger('trustProxy.hops', trust.hops, { min: 1 });
}

/** The eight groups of an IPv6 address in any notation, or `undefined` if the text is not one. */
function ipv6Groups(address: string): readonly number[] | undefined {
  const bare = address.replace(/^\[|\]$/g, '').replace(/%.*$/, '');
  if (!bare.includes(':')) return undefined;
  const url = `http://[${bare}]/`;
  if (!URL.canParse(url)) return undefined;
  const [head = '', tail] = new URL(url).hostname.slice(1, -1).split('::');
  const left = head === '' ? [] : head.split(':');
  const right = tail === undefined || tail === '' ? [] : tail.split(':');
  const gap = tail === undefined ? 0 : 8 - left.length - right.length;
  return [...left, ...Array<string>(gap).fill('0'), ...right].map((group) => Number.parseInt(group, 16));
}

/** The IPv4 address inside `::ffff:a.b.c.d`. */
function mappedIpv4(groups: readonly number[]): string | undefined {
  const [, , , , , marker, high = 0, low = 0] = groups;
  if (marker !== 0xffff || groups.slice(0, 5).some((group) => group !== 0)) return undefined;
  return [high >> 8, high & 255, low >> 8, low & 255].join('.');
}

/**
 * The rate limit key of an address: an IPv4 address itself (also when written `::ffff:a.b.c.d`), or the /64 of an IPv6
 * address, because one subscriber owns at least that much. Everything else shares the key `unknown`.
 */
export function addressKey(address: string | undefined): string {
  const text = address?.trim() ?? '';
  if (IPV4.test(text)) return text;
  const groups = ipv6Groups(text);
  if (groups === undefined) return 'unknown';
  const prefix = groups.slice(0, 4).map((group) => group.toString(16));
  return mappedIpv4(groups) ?? `${prefix.join(':')}::/64`;
}
