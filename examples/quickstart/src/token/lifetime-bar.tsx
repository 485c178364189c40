import type { TokenState } from '@realtime-session/core';
import { formatCountdown, formatTime } from '../format.ts';
import { useNow } from '../page-clock.ts';

type ReadyState = Extract<TokenState, { status: 'ready' }>;

/** Shows the lifetime of the token from left to right, with a mark at the next refresh. */
export function LifetimeBar({ state }: { state: ReadyState }) {
  const nowMs = useNow(250);
  const { acquiredAtMs, expiresAtMs, refreshAtMs } = state;
  if (expiresAtMs === undefined)
    return <p className="lifetime-unknown">The expiry of this token is unknown.</p>;

  const fraction = (atMs: number) =>
    Math.min(1, Math.max(0, (atMs - acquiredAtMs) / (expiresAtMs - acquiredAtMs)));
  const remainingMs = expiresAtMs - nowMs;
  return (
    <div className="lifetime">
      <dl className="lifetime-figures">
        <div>
          <dt>Next refresh in</dt>
          <dd data-testid="refresh-in">
            {refreshAtMs === undefined ? '–' : formatCountdown(refreshAtMs - nowMs)}
          </dd>
        </div>
        <div>
          <dt>Expires in</dt>
          <dd data-testid="expires-in">{formatCountdown(remainingMs)}</dd>
        </div>
      </dl>
      <div
        className="lifetime-track"
        role="meter"
        aria-label="Remaining lifetime of the token"
        aria-valuemin={0}
        aria-valuemax={Math.round((expiresAtMs - acquiredAtMs) / 1000)}
        aria-valuenow={Math.max(0, Math.round(remainingMs / 1000))}
        aria-valuetext={`${formatCountdown(remainingMs)} left`}
      >
        {refreshAtMs !== undefined && (
          <span className="lifetime-lead" style={{ left: `${fraction(refreshAtMs) * 100}%` }} />
        )}
        <span className="lifetime-elapsed" style={{ transform: `scaleX(${fraction(nowMs)})` }} />
        {refreshAtMs !== undefined && (
          <span
            className="lifetime-mark"
            data-testid="refresh-mark"
            style={{ left: `${fraction(refreshAtMs) * 100}%` }}
          />
        )}
      </div>
      <div className="lifetime-ends" aria-hidden="true">
        <span>minted {formatTime(acquiredAtMs)}</span>
        <span>expires {formatTime(expiresAtMs)}</span>
      </div>
    </div>
  );
}
