import type { TokenError, TokenState } from '@realtime-session/core';

/** How the page displays a token state. */
export interface StateDescription {
  /** Color of the label. */
  readonly tone: 'neutral' | 'good' | 'bad';
  readonly label: string;
  readonly sentence: string;
  readonly error: TokenError | undefined;
  /** When the next automatic attempt starts, while there is an error. */
  readonly nextAttemptAtMs: number | undefined;
}

const noError = { error: undefined, nextAttemptAtMs: undefined };

export function describeState(state: TokenState): StateDescription {
  switch (state.status) {
    case 'idle':
      return { tone: 'neutral', label: 'Idle', sentence: 'No token has been requested yet.', ...noError };
    case 'loading':
      return {
        ...(state.error === undefined
          ? { tone: 'neutral', label: 'Fetching', sentence: 'Fetching the first token.' }
          : { tone: 'bad', label: 'Waiting', sentence: 'There is no token to open a session with.' }),
        error: state.error,
        nextAttemptAtMs: state.retryAtMs,
      };
    case 'ready':
      return {
        tone: 'good',
        label: 'Ready',
        sentence:
          state.error === undefined
            ? 'You can open a session now.'
            : 'The current token can still open sessions.',
        error: state.error,
        nextAttemptAtMs: state.refreshing ? undefined : state.refreshAtMs,
      };
    case 'failed':
      return {
        tone: 'bad',
        label: 'Failed',
        sentence: 'There is no token, and there are no automatic retries.',
        error: state.error,
        nextAttemptAtMs: undefined,
      };
    case 'disposed':
      return { tone: 'neutral', label: 'Ended', sentence: 'This page requests no more tokens.', ...noError };
  }
}
