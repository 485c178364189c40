import type { TokenError, TokenState } from '@realtime-session/core';

/** The state of the token in the words of this page. */
export interface Description {
  /** Colors the word. */
  readonly tone: 'calm' | 'good' | 'bad';
  /** The state in a word. */
  readonly word: string;
  /** The state in a sentence. */
  readonly sentence: string;
  /** What went wrong last, while it matters. */
  readonly error: TokenError | undefined;
  /** When the next try begins by itself, while something is wrong. */
  readonly nextTryAtMs: number | undefined;
}

const quiet = { error: undefined, nextTryAtMs: undefined };

/** What to say about a state. */
export function describeState(state: TokenState): Description {
  switch (state.status) {
    case 'idle':
      return { tone: 'calm', word: 'Idle', sentence: 'Nobody has asked for a token yet.', ...quiet };
    case 'loading':
      return {
        tone: state.error === undefined ? 'calm' : 'bad',
        word: state.error === undefined ? 'Fetching' : 'Waiting',
        sentence:
          state.error === undefined
            ? 'The first token is on its way.'
            : 'There is no token to open a session with.',
        error: state.error,
        nextTryAtMs: state.retryAtMs,
      };
    case 'ready':
      return {
        tone: 'good',
        word: 'Ready',
        sentence:
          state.error === undefined
            ? 'A session can be opened right now.'
            : 'The token at hand still opens sessions.',
        error: state.error,
        nextTryAtMs: state.refreshing ? undefined : state.refreshAtMs,
      };
    case 'failed':
      return {
        tone: 'bad',
        word: 'Failed',
        sentence: 'There is no token, and none is coming by itself.',
        ...quiet,
        error: state.error,
      };
    case 'disposed':
      return { tone: 'calm', word: 'Ended', sentence: 'This page no longer asks for tokens.', ...quiet };
  }
}
