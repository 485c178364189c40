import type { EphemeralToken, TokenError, TokenManager, TokenState } from '@realtime-session/core';
import { describeTokenError } from '../describe-error.ts';
import { formatSeconds } from '../format.ts';
import { useNow } from '../page-clock.ts';
import { describeState } from './describe-state.ts';
import { LifetimeBar } from './lifetime-bar.tsx';
import './token.css';

interface TokenPanelProps {
  /** The state of the token, and the method that the panel calls. */
  readonly session: TokenState & Pick<TokenManager, 'getToken'>;
  readonly token: EphemeralToken | undefined;
}

/** Shows the state of the token. Its value is never displayed. */
export function TokenPanel({ session, token }: TokenPanelProps) {
  const { tone, label, sentence, error, nextAttemptAtMs } = describeState(session);
  const retry = () => void session.getToken({ force: true }).catch(() => undefined);
  return (
    <section className="card token" aria-labelledby="token-heading">
      <div className="card-head">
        <h2 id="token-heading">Token</h2>
        <code className="token-value" data-testid="token">
          {token?.toString() ?? 'no token'}
        </code>
      </div>
      <div role="status" className="token-state">
        <p className={`token-status is-${tone}`} data-testid="status" data-status={session.status}>
          {label}
        </p>
        <p className="token-sentence">{sentence}</p>
      </div>
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
