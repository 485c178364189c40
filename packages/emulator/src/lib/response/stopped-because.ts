import type { Outcome } from './response-object.ts';

/**
 * Why a response was cut short: the user began to speak, or the client said so.
 *
 * @param stop - The signal that cut it short; its reason says why.
 */
export function stoppedBecause(stop: AbortSignal): Outcome {
  const reason = stop.reason === 'turn_detected' ? 'turn_detected' : 'client_cancelled';
  return { status: 'cancelled', reason };
}
