import type { TokenManager, TokenState } from '@realtime-session/core';
import { html, LitElement, type ReactiveController, type ReactiveControllerHost } from 'lit';
import { tokens } from './tokens';
import { watchTokens } from './watch-tokens';

/** The state of a manager. Keeps its token fresh while the element is in the document. */
export class TokenController implements ReactiveController {
  state: TokenState;
  readonly #host: ReactiveControllerHost;
  readonly #tokens: TokenManager;
  #stop: (() => void) | undefined;

  constructor(host: ReactiveControllerHost, manager: TokenManager) {
    this.#host = host;
    this.#tokens = manager;
    this.state = manager.getInitialState();
    host.addController(this);
  }

  // Not called on a server.
  hostConnected(): void {
    this.#stop = watchTokens(this.#tokens, (state) => {
      this.state = state;
      this.#host.requestUpdate();
    });
  }

  hostDisconnected(): void {
    this.#stop?.();
  }
}

export class CallStatus extends LitElement {
  readonly #tokens = new TokenController(this, tokens);

  override render() {
    const { state } = this.#tokens;
    return html`<p>${state.status === 'failed' ? state.error.message : state.status}</p>`;
  }
}
customElements.define('call-status', CallStatus);
