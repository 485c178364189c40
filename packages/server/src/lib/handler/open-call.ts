import { addressKey } from '../limit/address-key.ts';
import type { CallState } from './call-state.ts';
import type { CallContext } from './session-handler.ts';

/** Stands in where a runtime gives requests no signal. */
const never = new AbortController().signal;

function signalOf(request: { readonly signal?: AbortSignal | null }): AbortSignal {
  return request.signal ?? never;
}

/** A field of a context. Some servers pass something of their own as the second argument, so nothing is taken for granted. */
function fieldOf(context: unknown, name: keyof CallContext): unknown {
  return typeof context === 'object' && context !== null ? Reflect.get(context, name) : undefined;
}

/**
 * Starts the record of one request.
 *
 * @param request - The request.
 * @param context - What came with it.
 * @param nowMs - Current time.
 */
export function openCall(request: Request, context: unknown, nowMs: number): CallState {
  const given = fieldOf(context, 'address');
  const address = typeof given === 'string' ? given : undefined;
  return {
    request,
    signal: signalOf(request),
    address,
    incoming: fieldOf(context, 'incoming'),
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
