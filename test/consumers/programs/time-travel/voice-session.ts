import {
  createTokenManager,
  endpoint,
  type EndpointOptions,
  type EphemeralToken,
  type TokenError,
  type TokenManagerOptions,
  type TokenState,
} from '@realtime-session/core';

export interface SignedInUser {
  /** The current access token of the sign-in. Called before each request. */
  readonly accessToken: () => string | Promise<string>;
}

/** Where the mint route is, and what tests replace. */
export interface VoiceSessionOptions extends Pick<TokenManagerOptions, 'environment' | 'onEvent'> {
  readonly url?: string;
  readonly fetch?: EndpointOptions['fetch'];
}

/** The voice feature of the page for one signed-in user. */
export interface VoiceSession {
  /** A token that opens a call now. */
  getToken(options?: { readonly force?: true }): Promise<EphemeralToken>;
  /** Sends an offer to the API. A token that has just expired is replaced once. */
  postOffer(offer: string): Promise<Response>;
  /** What the page shows. */
  notice(): string;
  /** The state of the token, for the page's own components. */
  getState(): TokenState;
  /** Ends the session: nothing is fetched any longer. */
  signOut(): void;
}

export function openVoiceSession(user: SignedInUser, options: VoiceSessionOptions = {}): VoiceSession {
  const { url = '/api/voice-token', fetch: send, ...rest } = options;
  const headers = async (): Promise<HeadersInit> => ({ authorization: `Bearer ${await user.accessToken()}` });
  const tokens = createTokenManager({ ...rest, fetchToken: endpoint(url, { headers, fetch: send }) });
  const release = tokens.keepFresh(); // until `signOut()`, so that a click never waits
  return {
    getToken: (request) => tokens.getToken(request),
    postOffer: (offer) =>
      tokens.withToken((token) =>
        fetch(token.callsUrl ?? 'https://api.openai.com/v1/realtime/calls', {
          method: 'POST',
          headers: { authorization: `Bearer ${token.value}`, 'content-type': 'application/sdp' },
          body: offer,
        }),
      ),
    notice: () => toNotice(tokens.getState()),
    getState: tokens.getState,
    signOut: () => {
      release();
      tokens.dispose();
    },
  };
}

function toNotice(state: TokenState): string {
  switch (state.status) {
    case 'idle':
      return 'Voice is paused.';
    case 'loading':
      return state.error === undefined ? 'Preparing voice …' : toProblem(state.error);
    case 'ready':
      return state.error?.fatal === true ? toProblem(state.error) : 'Voice is ready.';
    case 'failed':
      return toProblem(state.error);
    case 'disposed':
      return 'You are signed out.';
  }
}

function toProblem({ code, status }: TokenError): string {
  if (status === 401) return 'Please sign in again.';
  if (status === 429) return 'Too many requests. Voice is back in a moment.';
  if (code === 'network') return 'Waiting for the network …';
  return 'Voice is not available at the moment. We keep trying.';
}
