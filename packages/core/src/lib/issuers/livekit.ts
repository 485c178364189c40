import { findToken, noToken } from './find-token.ts';
import type { Issuer } from './issuer.ts';
import { readJwtLife } from './jwt-claims.ts';
import { jwtExpiry } from './jwt-expiry.ts';

/** What comes with a LiveKit token. */
export interface LiveKitSession {
  /** Where to connect: the first argument of `room.connect(url, token)`. `undefined` if the route names none. */
  readonly serverUrl: string | undefined;
}

const place = {
  fields: ['participant_token', 'participantToken'],
  call: 'your LiveKit token endpoint',
};

/**
 * LiveKit: a token endpoint answers `{ server_url, participant_token }`, or the same in camel case.
 *
 * Expiry: the JWT's `exp` (6 h by default; at most two are believed). A token whose `nbf` is not before its `exp` is
 * refused, and one without `exp` is used once. Opens many sessions.
 */
export const livekit: Issuer<LiveKitSession> = {
  reuse: 'until-expiry',
  parse(raw) {
    const found = findToken(raw, place);
    const { expiresAtMs, notBeforeMs } = readJwtLife(found.value);
    if (expiresAtMs !== undefined && notBeforeMs !== undefined && notBeforeMs >= expiresAtMs) {
      throw noToken('the token expires before it becomes valid', place);
    }
    const url = found.beside['server_url'] ?? found.beside['serverUrl'];
    return {
      value: found.value,
      ...jwtExpiry(found),
      session: { serverUrl: typeof url === 'string' ? url : undefined },
    };
  },
};
