import type { FakeResponse } from './responses.ts';
import type { MintRecord } from './ledger.ts';

/**
 * Notes when an answer is there to its last byte.
 *
 * @param record - The call.
 * @param answer - Answers it.
 */
async function trackAsync(record: MintRecord, response: Promise<unknown>): Promise<unknown> {
  const close = (): void => {
    record.isOpen = false;
  };
  try {
    const whole = await response;
    if (!isFakeResponse(whole)) {
      close();
      return whole;
    }
    return { ...whole, text: () => whole.text().finally(close) };
  } catch (thrown) {
    close();
    throw thrown;
  }
}

/**
 * The same for an answerer that may throw at once.
 *
 * @param record - The call.
 * @param run - Answers it.
 */
export function trackResponse(record: MintRecord, run: () => unknown): unknown {
  try {
    return trackAsync(record, Promise.resolve(run()));
  } catch (thrown) {
    record.isOpen = false;
    throw thrown;
  }
}

function isFakeResponse(value: unknown): value is FakeResponse {
  return typeof value === 'object' && value !== null && 'text' in value;
}
