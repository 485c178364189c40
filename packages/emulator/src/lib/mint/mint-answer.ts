import { toSessionResponse } from '@realtime-session/protocol';
import type { IssuedToken } from '../credentials/token-store.ts';
import type { MintCall } from './mint-call.ts';

/** What was minted, for whom. */
export interface Minted {
  /** Which call asked. */
  readonly call: MintCall;
  /** The token and its session. */
  readonly token: IssuedToken;
  /** Sampling temperature to echo, for the documented call. */
  readonly temperature: number | undefined;
}

/**
 * The answer in the shape of the call that asked.
 *
 * @param minted - Token, session and call.
 */
export function mintAnswer({ call, token, temperature }: Minted): object {
  const live = { value: token.value, expires_at: token.expiresAtSeconds, session: { ...token.session } };
  switch (call) {
    case 'client_secrets':
      return live;
    case 'sessions':
      return { ...toSessionResponse(live), temperature };
    case 'transcription_sessions':
      return toSessionResponse(live);
  }
}
