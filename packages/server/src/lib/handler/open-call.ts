import { addressKey } from '../limit/address-key.ts';
import type { CallState } from './call-state.ts';

/** Stands in where a runtime gives requests no signal. */
const never = new AbortController().signal;

function signalOf(request: { readonly signal?: AbortSignal | null }): AbortSignal {
  return request.signal ?? never;
}

/** The address in a context. Some servers pass something of their own as the second argument, so nothing is taken for granted. */
function addressIn(context: unknown): string | undefined {
  if (typeof context !== 'object' || context === null || !('address' in context)) return undefined;
  return typeof context.address === 'string' ? context.address : undefined;
}

/**
 * Starts the record of one request.
 *
 * @param request - The request.
 * @param context - What came with it.
 * @param nowMs - Current time.
 */
export function openCall(request: Request, context: unknown, nowMs: number): CallState {
  const address = addressIn(context);
  return {
    request,
    signal: signalOf(request),
    address,
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
