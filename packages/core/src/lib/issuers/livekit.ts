import { findToken, readString, unusableToken, type Issuer } from './issuer.ts';
import { readJwtExpiry, readJwtValidity } from './jwt.ts';

/** The session that comes with a LiveKit token. */
export interface LiveKitSession {
  /** The server's URL: the first argument of `room.connect(url, token)`. `undefined` if the route returns none. */
  readonly serverUrl: string | undefined;
}

const location = {
  call: 'your LiveKit token endpoint',
  names: ['participant_token', 'participantToken'],
};

/**
 * LiveKit: a token endpoint returns `{ server_url, participant_token }`, or the same in camel case.
 *
 * Expiry: the JWT's `exp` (6 h by default, limited to 2 h here). A token whose `nbf` is not before its `exp` is rejected, and
 * one without `exp` is used once. Opens many sessions.
 */
export const livekit: Issuer<LiveKitSession> = {
  reuse: 'until-expiry',
  parse(raw) {
    const found = findToken(raw, location);
    const { value, fields } = found;
    const { expiresAtMs, notBeforeMs } = readJwtValidity(value);
    if (expiresAtMs !== undefined && notBeforeMs !== undefined && notBeforeMs >= expiresAtMs) {
      throw unusableToken('the token expires before it becomes valid', location);
    }
    const serverUrl = readString(fields['server_url'] ?? fields['serverUrl']);
    return { value, ...readJwtExpiry(found), session: { serverUrl } };
  },
};
