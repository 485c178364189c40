import { Refusal } from '../errors/refusal.ts';
import { withDeadline } from '../handler/deadline.ts';
import type { ReadBytes } from '../handler/direct-answers.ts';
import { TooManyBytes } from './read-bytes.ts';

/** Bounds of a request body. */
export interface BodyLimits {
  /** Most bytes. */
  readonly maxBodyBytes: number;
  /** Longest time for all of it, in milliseconds. */
  readonly timeoutMs: number;
}

/** A request that comes with a body. */
export interface Incoming {
  /** The request. */
  readonly request: Request;
  /** Aborted when the client goes away. */
  readonly signal: AbortSignal;
  /** Reads its body. */
  readonly readBytes: ReadBytes;
}

const consumed = new Refusal('server_misconfigured', {
  remedy:
    'Something read the request body before the handler did; leave it unread in `authorize`, and let a body parser keep it in `req.body`.',
});

function bodyFailure(signal: AbortSignal, thrown: unknown): Refusal {
  if (thrown instanceof Refusal) return thrown;
  if (thrown instanceof TooManyBytes) return new Refusal('payload_too_large');
  // A spent body fails with a TypeError; a connection that breaks does not.
  if (thrown instanceof TypeError && !signal.aborted) return consumed;
  return new Refusal('client_closed_request', { cause: thrown });
}

/**
 * Reads the body of a request.
 *
 * @throws Refusal `payload_too_large`, `request_timeout`, `client_closed_request`, or `server_misconfigured` when
 * somebody else has read it.
 */
export async function readBody(incoming: Incoming, limits: BodyLimits): Promise<Uint8Array> {
  const { request, signal } = incoming;
  if (request.bodyUsed) throw consumed;
  const deadline = {
    timeoutMs: limits.timeoutMs,
    parent: signal,
    expired: () => new Refusal('request_timeout'),
  };
  try {
    return await withDeadline(deadline, () => incoming.readBytes(limits.maxBodyBytes));
  } catch (thrown) {
    throw bodyFailure(signal, thrown);
  }
}
