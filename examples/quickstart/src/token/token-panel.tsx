import type { TokenManager, TokenState } from '@realtime-session/core';
import { describeState } from './describe-state.ts';
import { LifeBar } from './life-bar.tsx';
import { TroubleNote } from './trouble-note.tsx';
import './token-panel.css';

/** The state of the token, and the two actions this panel needs. */
export type TokenPanelSession = TokenState & Pick<TokenManager, 'getToken' | 'peek'>;

/** How the token is doing. Its value is never shown. */
export function TokenPanel({ session }: { session: TokenPanelSession }) {
  const { tone, word, sentence, error, nextTryAtMs } = describeState(session);
  const retry = () => void session.getToken({ force: true }).catch(() => undefined);
  const token = session.status === 'ready' ? session.peek() : undefined;
  return (
    <section className="token" aria-labelledby="token-heading">
      <h2 id="token-heading" className="label">
        Token
      </h2>
      <div role="status" className="token-state">
        <p className={`token-word is-${tone}`} data-testid="status" data-status={session.status}>
          {word}
        </p>
        <p className="token-sentence">{sentence}</p>
      </div>
      <p className="token-value">
        <code data-testid="token">{token === undefined ? 'no token' : String(token)}</code>
      </p>
      {session.status === 'ready' ? (
        <LifeBar state={session} />
      ) : (
        <div className="life-track is-empty" aria-hidden="true" />
      )}
      {error !== undefined && (
        <TroubleNote
          error={error}
          nextTryAtMs={nextTryAtMs}
          onRetry={session.status === 'failed' ? retry : undefined}
        />
      )}
    </section>
  );
}
