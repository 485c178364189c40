import type { ConnectionError } from '../errors/connection-error.ts';
import type { ConnectionState } from './connection-state.ts';
import type { LineHost } from './line.ts';
import { createListeners, type Listeners } from './listeners.ts';

/** What is said of a connection. */
export interface States extends Pick<LineHost, 'getState' | 'say' | 'fail'> {
  /** Listens for changes. */
  readonly subscribe: Listeners<[state: ConnectionState, previous: ConnectionState]>['add'];
}

/** Never connected. */
export const idle: ConnectionState = { status: 'idle' };

/** Nothing has been said yet. */
export function createStates(): States {
  const { tell, add: subscribe } = createListeners<[ConnectionState, ConnectionState]>();
  let state = idle;

  function set(next: ConnectionState): void {
    const previous = state;
    state = next;
    tell(next, previous);
  }

  return {
    subscribe,
    getState: () => state,
    say(line, next) {
      if (!line.signal.aborted) set(next);
    },
    fail(line, thrown) {
      if (line.signal.aborted) return;
      line.end('lost', thrown);
      const error = line.signal.reason as ConnectionError; // `any`; spans end with nothing else
      set(error.code === 'closed' ? { status: 'closed' } : { status: 'failed', error });
    },
  };
}
