import type { FakeResponse } from './responses.ts';
import type { MintRecord } from './ledger.ts';

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

/** Responds to a call, and records when the response is complete. `run` may throw synchronously. */
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
