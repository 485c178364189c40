import type { Reply } from './answers.ts';
import type { MintRecord } from './ledger.ts';

/**
 * Notes when an answer is there to its last byte.
 *
 * @param record - The call.
 * @param answer - Answers it.
 */
async function followAnswer(record: MintRecord, answer: Promise<unknown>): Promise<unknown> {
  const close = (): void => {
    record.isOpen = false;
  };
  try {
    const whole = await answer;
    if (!isReply(whole)) {
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
export function follow(record: MintRecord, run: () => unknown): unknown {
  try {
    return followAnswer(record, Promise.resolve(run()));
  } catch (thrown) {
    record.isOpen = false;
    throw thrown;
  }
}

function isReply(value: unknown): value is Reply {
  return typeof value === 'object' && value !== null && 'text' in value;
}
