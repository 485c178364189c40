import type { IncomingMessage } from 'node:http';

/**
 * Which proxies in front of this server may name the client in `X-Forwarded-For`.
 *
 * - `'loopback'`: one on this machine.
 * - a list of addresses: those proxies; the rightmost address that is not in the list is the client.
 * - `{ hops }`: this many proxies, each of which appends an address; the client is the `hops`-th from the right.
 */
export type TrustProxy = 'loopback' | readonly string[] | { readonly hops: number };

const LOOPBACK = /^(?:::1$|127\.|::ffff:127\.)/;

function unmapped(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.)/, '');
}

function isTrusted(address: string, trust: 'loopback' | readonly string[]): boolean {
  return trust === 'loopback' ? LOOPBACK.test(address) : trust.map(unmapped).includes(unmapped(address));
}

/** `hops` counts proxies, so a shorter list came around one of them and is not believed. */
function byHops(peer: string, forwarded: readonly string[], hops: number): string {
  return forwarded.at(-hops) ?? peer;
}

function byTrust(chain: readonly string[], trust: 'loopback' | readonly string[]): string | undefined {
  return [...chain].reverse().find((address) => !isTrusted(address, trust)) ?? chain[0];
}

/**
 * The client's address: the peer of the connection, or what trusted proxies say. Without trust, headers are not read.
 *
 * @param message - The request.
 * @param trust - Which proxies are trusted. Default: none.
 */
export function clientAddress(message: IncomingMessage, trust: TrustProxy | undefined): string | undefined {
  const peer = message.socket.remoteAddress;
  if (trust === undefined || peer === undefined) return peer;
  const header = [message.headers['x-forwarded-for'] ?? []].flat().join(',');
  const forwarded = header
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
  if (typeof trust === 'object' && 'hops' in trust) return byHops(peer, forwarded, trust.hops);
  return byTrust([...forwarded, peer], trust);
}
