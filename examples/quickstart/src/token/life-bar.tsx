import type { TokenState } from '@realtime-session/core';
import { asCountdown, asTimeOfDay } from '../shared/format.ts';
import { useNow } from '../shared/use-now.ts';
import './life-bar.css';

type ReadyState = Extract<TokenState, { status: 'ready' }>;

/** The life of the token from left to right, with the moment of the next refresh marked on it. */
export function LifeBar({ state }: { state: ReadyState }) {
  const nowMs = useNow(250);
  const { acquiredAtMs, expiresAtMs, refreshAtMs } = state;
  if (expiresAtMs === undefined) return <p className="life-unknown">Nobody knows when this token expires.</p>;

  const share = (atMs: number) =>
    Math.min(1, Math.max(0, (atMs - acquiredAtMs) / (expiresAtMs - acquiredAtMs)));
  const remainingMs = expiresAtMs - nowMs;
  return (
    <div className="life">
      <dl className="life-figures">
        <div>
          <dt>Next refresh in</dt>
          <dd data-testid="refresh-in">
            {refreshAtMs === undefined ? '–' : asCountdown(refreshAtMs - nowMs)}
          </dd>
        </div>
        <div>
          <dt>Expires in</dt>
          <dd data-testid="expires-in">{asCountdown(remainingMs)}</dd>
        </div>
      </dl>
      <div
        className="life-track"
        role="meter"
        aria-label="Life left in the token"
        aria-valuemin={0}
        aria-valuemax={Math.round((expiresAtMs - acquiredAtMs) / 1000)}
        aria-valuenow={Math.max(0, Math.round(remainingMs / 1000))}
        aria-valuetext={`${asCountdown(remainingMs)} left`}
      >
        {refreshAtMs !== undefined && (
          <span className="life-lead" style={{ left: `${share(refreshAtMs) * 100}%` }} />
        )}
        <span className="life-spent" style={{ transform: `scaleX(${share(nowMs)})` }} />
        {refreshAtMs !== undefined && (
          <span
            className="life-mark"
            data-testid="refresh-mark"
            style={{ left: `${share(refreshAtMs) * 100}%` }}
          />
        )}
      </div>
      <div className="life-ends" aria-hidden="true">
        <span>minted {asTimeOfDay(acquiredAtMs)}</span>
        <span>expires {asTimeOfDay(expiresAtMs)}</span>
      </div>
    </div>
  );
}
