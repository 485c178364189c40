import type { TokenError, TokenManager, TokenState } from '@realtime-session/core';
import { describeTokenError } from '../describe-error.ts';
import { formatSeconds, useNow } from '../format.ts';
import { describeState } from './describe-state.ts';
import { LifetimeBar } from './lifetime-bar.tsx';
import './token.css';

/** The state of the token, and the methods that the panel calls. */
type TokenPanelSession = TokenState & Pick<TokenManager, 'getToken' | 'peek'>;

/** Shows the state of the token. Its value is never displayed. */
export function TokenPanel({ session }: { session: TokenPanelSession }) {
  const { tone, label, sentence, error, nextAttemptAtMs } = describeState(session);
  const retry = () => void session.getToken({ force: true }).catch(() => undefined);
  const token = session.status === 'ready' ? session.peek() : undefined;
  return (
    <section className="token" aria-labelledby="token-heading">
      <h2 id="token-heading" className="label">
        Token
      </h2>
      <div role="status" className="token-state">
        <p className={`token-status is-${tone}`} data-testid="status" data-status={session.status}>
          {label}
        </p>
        <p className="token-sentence">{sentence}</p>
      </div>
      <p className="token-value">
        <code data-testid="token">{token === undefined ? 'no token' : String(token)}</code>
      </p>
      {session.status === 'ready' ? (
        <LifetimeBar state={session} />
      ) : (
        <div className="lifetime-track is-empty" aria-hidden="true" />
      )}
      {error !== undefined && (
        <TokenErrorNote
          error={error}
          nextAttemptAtMs={nextAttemptAtMs}
          onRetry={session.status === 'failed' ? retry : undefined}
        />
      )}
    </section>
  );
}

interface TokenErrorNoteProps {
  readonly error: TokenError;
  /** `undefined` while an attempt is in progress, or when none is scheduled. */
  readonly nextAttemptAtMs: number | undefined;
  /** Starts an attempt. Set only when there are no automatic retries. */
  readonly onRetry: (() => void) | undefined;
}

function TokenErrorNote({ error, nextAttemptAtMs, onRetry }: TokenErrorNoteProps) {
  const { title, advice } = describeTokenError(error);
  return (
    <div className="token-error" data-testid="token-error">
      <p className="token-error-title">
        <span role="alert">{title}</span>
        {onRetry === undefined && <NextAttempt atMs={nextAttemptAtMs} />}
      </p>
      <p className="token-error-advice">{advice}</p>
      {onRetry !== undefined && (
        <button type="button" className="button" onClick={onRetry}>
          Try again
        </button>
      )}
    </div>
  );
}

function NextAttempt({ atMs }: { atMs: number | undefined }) {
  const nowMs = useNow(250);
  if (atMs === undefined || atMs <= nowMs) return <>, retrying now</>;
  return <>, next attempt in {formatSeconds(atMs - nowMs)}</>;
}
