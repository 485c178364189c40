import { TokenError } from '../errors/token-error.ts';
import type { EphemeralToken } from '../token/ephemeral-token.ts';

/** The promises of callers that wait. Each can leave on its own signal. */
export interface WaitingRoom<Session> {
  /**
   * A promise for a caller.
   *
   * @param signal - Lets the caller leave.
   * @param onLeave - Called with its number when it left that way.
   */
  enter(
    signal: AbortSignal | undefined,
    onLeave: (waiterId: number) => void,
  ): { readonly waiterId: number; readonly promise: Promise<EphemeralToken<Session>> };
  /** Gives a caller its token. */
  resolve(waiterId: number, token: EphemeralToken<Session>): void;
  /** Tells a caller why there is none. */
  reject(waiterId: number, error: TokenError): void;
}

interface Seat<Session> {
  readonly resolve: (token: EphemeralToken<Session>) => void;
  readonly reject: (error: TokenError) => void;
  readonly stopListening: () => void;
}

/** Makes an empty room. */
export function createWaitingRoom<Session>(): WaitingRoom<Session> {
  const seats = new Map<number, Seat<Session>>();
  let entered = 0;

  function leave(waiterId: number): Seat<Session> | undefined {
    const seat = seats.get(waiterId);
    seat?.stopListening();
    seats.delete(waiterId);
    return seat;
  }

  return {
    enter(signal, onLeave) {
      entered += 1;
      const waiterId = entered;
      const promise = new Promise<EphemeralToken<Session>>((resolve, reject) => {
        const onAbort = (): void => {
          leave(waiterId)?.reject(abortedError(signal));
          onLeave(waiterId);
        };
        signal?.addEventListener('abort', onAbort);
        seats.set(waiterId, {
          resolve,
          reject,
          stopListening: () => signal?.removeEventListener('abort', onAbort),
        });
      });
      // A caller that looks away must not crash a process: the rejection still reaches everyone who awaits.
      promise.catch(() => undefined);
      return { waiterId, promise };
    },
    resolve: (waiterId, token) => leave(waiterId)?.resolve(token),
    reject: (waiterId, error) => leave(waiterId)?.reject(error),
  };
}

/**
 * The error of a caller whose signal was aborted.
 *
 * @param signal - The signal; its reason becomes the cause.
 */
export function abortedError(signal: AbortSignal | undefined): TokenError {
  return new TokenError('aborted', 'The wait for a token was ended by its own signal.', {
    cause: signal?.reason,
  });
}
