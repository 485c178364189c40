import ipaddr from 'ipaddr.js';
import { checkInteger, checkNames, describeType, isRecord } from './validate.ts';

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
 * - a list of addresses and CIDR ranges, such as `['10.0.0.0/8', '2001:db8::/32']`, and of the names `'loopback'`, `'linklocal'`
 *   and `'uniquelocal'` (the private ranges). The client is the rightmost address that is not in the list.
 * - `{ hops }`: this many proxies, whatever their addresses are.
 */
export type TrustProxy = 'loopback' | readonly string[] | TrustedHops;

export interface Connection {
  /** The address at the other end of the connection, if the server knows it. */
  readonly peer: string | undefined;
  /** The value of `X-Forwarded-For`; several headers are joined by commas. */
  readonly forwarded: string | null | undefined;
}

/** Returns the client's address, or `undefined` if it is not known. */
export type ReadClientAddress = (connection: Connection) => string | undefined;

type Address = ReturnType<typeof ipaddr.process>;
type Range = readonly [Address, number];

const namedRanges: Readonly<Record<string, readonly string[]>> = {
  loopback: ['127.0.0.0/8', '::1/128'],
  linklocal: ['169.254.0.0/16', 'fe80::/10'],
  uniquelocal: ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', 'fc00::/7'],
};

/** Removes a port and the brackets of IPv6: some proxies append `192.0.2.7:4711` or `[2001:db8::1]:4711`. */
function withoutPort(text: string): string {
  const trimmed = text.trim();
  const bracketed = /^\[([^\]]*)\](?::\d+)?$/.exec(trimmed);
  return bracketed?.[1] ?? /^(\d+(?:\.\d+){3}):\d+$/.exec(trimmed)?.[1] ?? trimmed;
}

/** Parses an address. IPv4 in IPv6 becomes IPv4; octal, hexadecimal and shortened IPv4 is no address. */
function parseAddress(text: string): Address | undefined {
  const bare = withoutPort(text);
  if (ipaddr.IPv4.isValidFourPartDecimal(bare)) return ipaddr.IPv4.parse(bare);
  return ipaddr.IPv6.isValid(bare) ? ipaddr.process(bare) : undefined;
}

/** Whether an IP address, without brackets, belongs to this machine. */
export function isLoopbackAddress(address: string): boolean {
  return parseAddress(address)?.range() === 'loopback';
}

/** The number of bits of a range. IPv4 in IPv6 has 96 bits in front of it. */
function parseBits(text: string, width: number, address: string): number | undefined {
  const bits = Number(text) - (width === 32 && address.includes(':') ? 96 : 0);
  return /^\d{1,3}$/.test(text) && bits >= 0 && bits <= width ? bits : undefined;
}

function parseRange(text: string): Range | undefined {
  const [address = '', suffix, ...rest] = text.split('/');
  const parsed = parseAddress(address);
  if (parsed === undefined || rest.length > 0) return undefined;
  const width = parsed.kind() === 'ipv4' ? 32 : 128;
  const bits = suffix === undefined ? width : parseBits(suffix, width, address);
  return bits === undefined ? undefined : [parsed, bits];
}

function checkRange(entry: unknown): Range {
  const range = typeof entry === 'string' ? parseRange(entry) : undefined;
  if (range === undefined) {
    const shown = typeof entry === 'string' ? JSON.stringify(entry) : describeType(entry);
    throw new TypeError(
      `trustProxy: ${shown} is not an address; list addresses, ranges such as "10.0.0.0/8", or "loopback", "linklocal", "uniquelocal".`,
    );
  }
  if (range[1] > 0) return range;
  throw new TypeError(
    `trustProxy: "${String(entry)}" trusts every client to name its own address; list only your proxies.`,
  );
}

function parseRanges(list: readonly unknown[]): readonly Range[] {
  if (list.length === 0) {
    throw new TypeError('trustProxy is an empty list; list the addresses of your proxies, or leave it out.');
  }
  const named = (entry: unknown): readonly unknown[] =>
    typeof entry === 'string' && Object.hasOwn(namedRanges, entry) ? (namedRanges[entry] ?? []) : [entry];
  return list.flatMap(named).map(checkRange);
}

function isIn(address: Address, [network, bits]: Range): boolean {
  return address.kind() === network.kind() && address.match(network, bits);
}

function splitForwarded(forwarded: Connection['forwarded']): readonly string[] {
  return (forwarded ?? '')
    .split(',')
    .map(withoutPort)
    .filter((part) => part !== '');
}

/** Trusts a number of proxies. A list shorter than `hops` did not pass through all of them, so it is not trusted. */
function trustHops({ hops }: TrustedHops): ReadClientAddress {
  checkInteger('trustProxy.hops', hops, { min: 1 });
  return ({ peer, forwarded }) => splitForwarded(forwarded).at(-hops) ?? peer;
}

/** Trusts the proxies of a list: the client is the nearest address that is not in it. */
function trustRanges(list: readonly unknown[]): ReadClientAddress {
  const ranges = parseRanges(list);
  const isTrustedProxy = (text: string): boolean => {
    const address = parseAddress(text);
    return address !== undefined && ranges.some((range) => isIn(address, range));
  };
  return ({ peer, forwarded }) => {
    if (peer === undefined) return undefined;
    const nearestFirst = [peer, ...[...splitForwarded(forwarded)].reverse()];
    return nearestFirst.find((address) => !isTrustedProxy(address)) ?? nearestFirst.at(-1);
  };
}

/**
 * Creates the function that reads the client's address: the peer of the connection or, with `trustProxy`, the address that
 * trusted proxies report.
 *
 * @throws TypeError If the value is not a {@link TrustProxy}, or would give all clients one address.
 */
export function createAddressReader(trustProxy: unknown): ReadClientAddress {
  if (trustProxy === undefined) return ({ peer }) => peer;
  if (trustProxy === 'loopback') return trustRanges([trustProxy]);
  if (Array.isArray(trustProxy)) return trustRanges(trustProxy);
  if (isRecord(trustProxy)) {
    checkNames('trustProxy', trustProxy, ['hops']);
    const { hops } = trustProxy;
    return trustHops({ hops: typeof hops === 'number' ? hops : Number.NaN });
  }
  throw new TypeError(
    'trustProxy must be "loopback", a list of proxies such as ["10.0.0.0/8"], or the number of proxies as { hops: 1 }. Leave it out if there is no proxy.',
  );
}

/**
 * Checks `trustProxy` for an adapter that does not know the other end of the connection: a list would never match.
 *
 * @throws TypeError If `trustProxy` needs that address.
 */
export function checkNeedsNoPeer(trustProxy: unknown): void {
  if (trustProxy !== 'loopback' && !Array.isArray(trustProxy)) return;
  throw new TypeError(
    `trustProxy: this adapter does not know the address of the connection, so a list would never match; use the number of proxies, such as { hops: 1 }, or pass \`getConnInfo\` with Hono.`,
  );
}

/** How much of an address events contain. */
export type EventAddress = 'full' | 'shortened' | 'none';

/** The first `count` groups of an IPv6 address, as a range. */
function toPrefix(parts: readonly number[], count: number): string {
  const prefix = parts.slice(0, count).map((group) => group.toString(16));
  return `${prefix.join(':')}::/${count * 16}`;
}

/**
 * An address for events: as for rate limits (`full`), as an IPv4 /24 or an IPv6 /48 (`shortened`), or none.
 *
 * @param key - Its rate limit key.
 * @returns `unknown` if the address is not known, `undefined` with `none`.
 */
export function toEventAddress(
  address: string | undefined,
  key: string,
  detail: EventAddress,
): string | undefined {
  if (detail === 'none') return undefined;
  if (detail === 'full') return key;
  const parsed = parseAddress(address ?? '');
  if (parsed === undefined) return 'unknown';
  return 'parts' in parsed ? toPrefix(parsed.parts, 3) : `${parsed.octets.slice(0, 3).join('.')}.0/24`;
}

/**
 * The rate limit key of an address: an IPv4 address itself (also when written `::ffff:a.b.c.d`), or the /64 of an IPv6
 * address, because one subscriber owns at least that much. Everything else shares the key `unknown`.
 */
export function addressKey(address: string | undefined): string {
  const parsed = parseAddress(address ?? '');
  if (parsed === undefined) return 'unknown';
  if (!('parts' in parsed)) return parsed.toString();
  return toPrefix(parsed.parts, 4);
}
