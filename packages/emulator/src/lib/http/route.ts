import { mintCallAt } from '../mint/mint-call.ts';
import type { MintCall } from '../mint/mint-call.ts';

/** What a path asks for. */
export type Route =
  | {
      /** A create call. */
      readonly kind: 'mint';
      /** Which one. */
      readonly call: MintCall;
    }
  | {
      /** An offer to answer. */
      readonly kind: 'call';
    }
  | {
      /** The end of a call. */
      readonly kind: 'hang-up';
      /** Which call, `rtc_…`. */
      readonly callId: string;
    };

/**
 * The route of a path, `undefined` when there is none.
 *
 * @param path - Path of the request, without its query.
 */
export function routeAt(path: string): Route | undefined {
  const call = mintCallAt(path);
  if (call !== undefined) return { kind: 'mint', call };
  if (path === '/v1/realtime/calls') return { kind: 'call' };
  const callId = /^\/v1\/realtime\/calls\/([\w-]+)\/hangup$/.exec(path)?.[1];
  return callId === undefined ? undefined : { kind: 'hang-up', callId };
}
