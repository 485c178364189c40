import { afterNextRender, Component, DestroyRef, inject, signal, type Signal } from '@angular/core';
import type { TokenManager, TokenState } from '@realtime-session/core';
import { tokens } from './tokens';
import { watchTokens } from './watch-tokens';

/** The state of a manager. Keeps its token fresh until the component is destroyed. Needs `inject()`. */
export function injectTokenState(manager: TokenManager): Signal<TokenState> {
  const state = signal(manager.getInitialState());
  const destroyRef = inject(DestroyRef);
  // Not called on a server.
  afterNextRender(() => destroyRef.onDestroy(watchTokens(manager, (next) => state.set(next))));
  return state.asReadonly();
}

@Component({ selector: 'call-status', template: '<p>{{ text() }}</p>' })
export class CallStatus {
  readonly #state = injectTokenState(tokens);

  text(): string {
    const state = this.#state();
    return state.status === 'failed' ? state.error.message : state.status;
  }
}
