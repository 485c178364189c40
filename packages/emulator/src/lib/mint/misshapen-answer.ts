import type { MintShape } from '../faults/mint-shape.ts';
import { mintAnswer } from './mint-answer.ts';
import type { Minted } from './mint-answer.ts';

/** What the documented example has: a day in 2009. */
const EXPIRED_SECONDS = 1_234_567_890;

/**
 * The answer to a mint in another shape than it was asked for.
 *
 * @param minted - Token, session and call.
 * @param shape - Which shape.
 */
export function misshapenAnswer(minted: Minted, shape: MintShape): object {
  const { token } = minted;
  switch (shape) {
    case 'answer-ga': {
      const session = { ...token.session, expires_at: token.expiresAtSeconds };
      return mintAnswer({ ...minted, call: 'client_secrets', token: { ...token, session } });
    }
    case 'answer-ga-expires-zero':
      return mintAnswer({ ...minted, call: 'client_secrets' });
    case 'answer-beta':
      return mintAnswer({ ...minted, call: 'sessions' });
    case 'answer-beta-expired': {
      const expired = { ...token, expiresAtSeconds: EXPIRED_SECONDS };
      return mintAnswer({ ...minted, call: 'sessions', token: expired });
    }
    case 'answer-without-secret':
      return {
        ...mintAnswer({ ...minted, call: 'transcription_sessions' }),
        client_secret: null,
        expires_at: token.expiresAtSeconds,
      };
  }
}
