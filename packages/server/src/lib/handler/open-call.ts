import { addressKey } from '../limit/address-key.ts';
import { readBytes as readStream } from '../gate/read-bytes.ts';
import type { CallState } from './call-state.ts';
import type { Call } from './direct-answers.ts';
import type { HandlerContext } from './session-handler.ts';

/** Stands in where a runtime gives requests no signal. */
const never = new AbortController().signal;

function signalOf(request: { readonly signal?: AbortSignal | null }): AbortSignal {
  return request.signal ?? never;
}

/** What is known of a context. Some servers pass something of their own as the second argument, so nothing is taken for granted. */
export function contextOf(given: unknown): HandlerContext {
  if (typeof given !== 'object' || given === null) return {};
  const address: unknown = Reflect.get(given, 'address');
  const incoming: unknown = Reflect.get(given, 'incoming');
  return { address: typeof address === 'string' ? address : undefined, incoming };
}

/**
 * Starts the record of one request.
 *
 * @param call - The request, and what came with it.
 * @param nowMs - Current time.
 */
export function openCall({ request, address, incoming, readBytes }: Call, nowMs: number): CallState {
  return {
    request,
    signal: signalOf(request),
    address,
    incoming,
    readBytes: readBytes ?? ((maxBytes) => readStream(request.body, maxBytes)),
    trail: {
      requestId: crypto.randomUUID(),
      startedMs: nowMs,
      address: addressKey(address),
      principal: undefined,
      limiterFailures: 0,
      attempts: 0,
      upstream: undefined,
    },
  };
}
