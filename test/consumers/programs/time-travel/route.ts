import {
  bearerToken,
  createSessionHandler,
  type SessionHandler,
  type SessionHandlerOptions,
} from '@realtime-session/server';

/** What differs between production and tests. In production, only `apiKey` and `findUser` are set. */
export interface MintRouteOptions extends Pick<
  SessionHandlerOptions,
  'apiKey' | 'fetch' | 'limits' | 'nowMs' | 'onEvent' | 'timeoutMs' | 'upstream'
> {
  /** Returns the user of an access token, or `undefined` if it is not valid any longer. */
  readonly findUser: (accessToken: string) => { readonly id: string } | undefined;
}

/** `POST /api/voice-token`: a token for the signed-in user. */
export function createMintRoute({ findUser, ...options }: MintRouteOptions): SessionHandler {
  return createSessionHandler({
    ...options,
    authorize: (request) => {
      const accessToken = bearerToken(request);
      return accessToken === undefined ? null : findUser(accessToken);
    },
    session: { model: 'gpt-realtime-2.1', instructions: 'You are the voice assistant of a hotel.' },
  });
}
