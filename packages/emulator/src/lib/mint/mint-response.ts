import { toSessionResponse } from '@realtime-session/protocol';
import type { MalformedShape } from '../faults/apply-fault.ts';
import type { MintApi } from '../state/emulator-event.ts';
import type { IssuedToken } from '../state/token-store.ts';

/** A minted token, and what its response depends on. */
export interface MintResult {
  readonly api: MintApi;
  readonly token: IssuedToken;
  /** Sampling temperature to echo, for `sessions`. */
  readonly temperature: number | undefined;
}

/** The date of the documented example: a day in 2009. */
const EXPIRED_SECONDS = 1_234_567_890;

/** Builds the response body in the shape of the endpoint. */
export function buildMintResponse({ api, token, temperature }: MintResult): object {
  const response = { value: token.value, expires_at: token.expiresAtSeconds, session: { ...token.session } };
  switch (api) {
    case 'client_secrets':
      return response;
    case 'translations/client_secrets':
      return { ...response, session: { ...response.session, expires_at: token.expiresAtSeconds } };
    case 'sessions':
      return { ...toSessionResponse(response), temperature };
    case 'transcription_sessions':
      return toSessionResponse(response);
  }
}

/** Builds the response body in another shape than the endpoint's. */
export function malformedResponse(result: MintResult, shape: MalformedShape): object {
  const { token } = result;
  switch (shape) {
    case 'ga-response': {
      const session = { ...token.session, expires_at: token.expiresAtSeconds };
      return buildMintResponse({ ...result, api: 'client_secrets', token: { ...token, session } });
    }
    case 'ga-response-expires-zero':
      return buildMintResponse({ ...result, api: 'client_secrets' });
    case 'beta-response':
      return buildMintResponse({ ...result, api: 'sessions' });
    case 'beta-response-expired': {
      const expired = { ...token, expiresAtSeconds: EXPIRED_SECONDS };
      return buildMintResponse({ ...result, api: 'sessions', token: expired });
    }
    case 'response-without-secret':
      return {
        ...buildMintResponse({ ...result, api: 'transcription_sessions' }),
        client_secret: null,
        expires_at: token.expiresAtSeconds,
      };
  }
}
