import type { TokenError } from '@realtime-session/core';
import { asSeconds } from '../shared/format.ts';
import { useNow } from '../shared/use-now.ts';
import { describeError } from './describe-error.ts';

/** What is wrong, and when it is tried again. */
export interface TroubleNoteProps {
  readonly error: TokenError;
  /** When the next try begins; `undefined` while one is under way or none is planned. */
  readonly nextTryAtMs: number | undefined;
  /** Starts a try now; only given when none comes by itself. */
  readonly onRetry: (() => void) | undefined;
}

/** A note beside the state: a token that still works is not taken away by it. */
export function TroubleNote({ error, nextTryAtMs, onRetry }: TroubleNoteProps) {
  const { title, advice } = describeError(error);
  return (
    <div className="trouble" data-testid="trouble">
      <p className="trouble-title">
        <span role="alert">{title}</span>
        {onRetry === undefined && <NextTry atMs={nextTryAtMs} />}
      </p>
      <p className="trouble-advice">{advice}</p>
      {onRetry !== undefined && (
        <button type="button" className="button" onClick={onRetry}>
          Try again
        </button>
      )}
    </div>
  );
}

function NextTry({ atMs }: { atMs: number | undefined }) {
  const nowMs = useNow(250);
  if (atMs === undefined || atMs <= nowMs) return <>, trying now</>;
  return <>, next try in {asSeconds(atMs - nowMs)}</>;
}
