import type { ApiErrorDetail } from '@realtime-session/protocol';
import { countTextTokens } from '../realtime/usage.ts';
import type { AppendEvent } from './client-events.ts';
import type { Client } from './connections.ts';
import type { LiveInput } from './input.ts';

/** As documented. The emulator counts four characters as a token. */
const MAX_TOKENS = 500;

export interface PendingAppend {
  readonly event: AppendEvent;
  readonly client: Client;
}

/** Context that clients add while the session runs. It is accepted with the input audio: without input, it stays pending. */
export interface Appends {
  /** Adds context, or returns what is wrong with it. */
  add(append: PendingAppend): ApiErrorDetail | undefined;
  /** Removes and returns what has not been accepted. */
  takePending(): readonly PendingAppend[];
}

export interface AppendsOptions {
  readonly input: LiveInput;
  /** Input between an append and its acceptance, in milliseconds. */
  readonly delayMs: number;
  readonly onAccepted: (append: PendingAppend) => void;
}

export function createAppends({ input, delayMs, onAccepted }: AppendsOptions): Appends {
  const pending = new Map<PendingAppend, () => void>();
  return {
    add(append) {
      if (countTextTokens(append.event.content) > MAX_TOKENS)
        return {
          message: `Invalid value for 'content': must have at most ${String(MAX_TOKENS)} tokens.`,
          param: 'content',
          code: 'invalid_value',
        };
      const cancel = input.schedule(input.nowMs() + delayMs, () => {
        pending.delete(append);
        onAccepted(append);
      });
      pending.set(append, cancel);
      return undefined;
    },
    takePending() {
      const appends = [...pending.keys()];
      for (const cancel of pending.values()) cancel();
      pending.clear();
      return appends;
    },
  };
}
