/**
 * This many proxies stand before this server, each of which appends an address to `X-Forwarded-For`; the client is the
 * `hops`-th from the right.
 */
export interface TrustedHops {
  /** How many proxies, a whole number from 1. */
  readonly hops: number;
}

/**
 * Which proxies in front of this server may name the client in `X-Forwarded-For`.
 *
 * - `'loopback'`: one on this machine.
 * - a list of addresses: those proxies; the rightmost address that is not in the list is the client.
 * - `{ hops }`: this many proxies, whatever their addresses.
 */
export type TrustProxy = 'loopback' | readonly string[] | TrustedHops;

/** What is known about where a request came from. */
export interface Connection {
  /** The address at the other end of the connection, when the server tells. */
  readonly peer: string | undefined;
  /** The `X-Forwarded-For` header, several joined by commas. */
  readonly forwarded: string | null | undefined;
}

const LOOPBACK = /^(?:::1$|127\.|::ffff:127\.)/;

function unmapped(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.)/, '');
}

function isTrusted(address: string, trust: 'loopback' | readonly string[]): boolean {
  return trust === 'loopback' ? LOOPBACK.test(address) : trust.map(unmapped).includes(unmapped(address));
}

function byTrust(chain: readonly string[], trust: 'loopback' | readonly string[]): string | undefined {
  return [...chain].reverse().find((address) => !isTrusted(address, trust)) ?? chain[0];
}

function isHops(trust: TrustProxy): trust is TrustedHops {
  return typeof trust === 'object' && 'hops' in trust;
}

/**
 * The client's address: the peer of the connection, or what trusted proxies say. Without trust, the header is not read.
 *
 * @param connection - The peer, and what the header says.
 * @param trust - Which proxies are trusted. Default: none.
 */
export function clientAddress(connection: Connection, trust: TrustProxy | undefined): string | undefined {
  const { peer, forwarded } = connection;
  if (trust === undefined) return peer;
  const addresses = (forwarded ?? '')
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
  // `hops` counts proxies, so a shorter list came around one of them and is not believed.
  if (isHops(trust)) return addresses.at(-trust.hops) ?? peer;
  return peer === undefined ? undefined : byTrust([...addresses, peer], trust);
}

/**
 * Checks an option when the adapter is made, not when the first request comes.
 *
 * @param trust - As the owner gave it.
 * @throws TypeError When `hops` is not a whole number from 1.
 */
export function checkTrustProxy(trust: TrustProxy | undefined): void {
  if (trust === undefined || !isHops(trust) || (Number.isInteger(trust.hops) && trust.hops > 0)) return;
  throw new TypeError(
    'trustProxy.hops must be a whole number from 1: how many proxies stand before this server.',
  );
}
