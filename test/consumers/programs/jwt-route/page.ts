import { createTokenManager, endpoint, type TokenManager, type TokenState } from '@realtime-session/core';

export interface VoicePageOptions {
  readonly route: string;
  /** A function of the identity provider's client, which renews the access token when it is about to expire. */
  readonly getAccessToken: () => Promise<string>;
  /** The element that tells the user what to do. */
  readonly message: Pick<Element, 'textContent'>;
}

export interface VoicePage {
  readonly tokens: TokenManager;
  /** Call it when the user has signed in again. */
  readonly signedIn: () => void;
  readonly close: () => void;
}

/** Gets voice tokens for a signed-in user. */
export function openVoicePage({ route, getAccessToken, message }: VoicePageOptions): VoicePage {
  const tokens = createTokenManager({
    fetchToken: endpoint(route, {
      headers: async () => ({ authorization: `Bearer ${await getAccessToken()}` }),
    }),
  });
  const show = (): void => void (message.textContent = describe(tokens.getState()));
  const unsubscribe = tokens.subscribe(show);
  show();
  return {
    tokens,
    signedIn: () => tokens.reset(),
    close: () => {
      unsubscribe();
      tokens.dispose();
    },
  };
}

function describe(state: TokenState): string {
  const error = 'error' in state ? state.error : undefined;
  if (error?.status === 401) return 'Your sign-in has expired. Sign in again to talk.';
  if (error?.status === 403) return 'Your account cannot use voice.';
  if (error?.status === 429)
    return `Too many calls. Try again in ${Math.ceil((error.retryAfterMs ?? 60_000) / 1000)} seconds.`;
  if (state.status === 'failed') return 'Voice is not available. Try again later.';
  if (state.status === 'loading') return 'Connecting …';
  return state.status === 'ready' ? 'Ready to talk.' : '';
}
