import type { MintCall } from './mint-call.ts';

/**
 * The documented lifetime, in seconds, of a token whose request names none.
 *
 * @param call - Which create call.
 */
export function documentedTtlSeconds(call: MintCall): number {
  return call === 'sessions' ? 60 : 600;
}
