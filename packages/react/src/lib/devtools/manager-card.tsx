import { useId, type ReactNode } from 'react';
import { sentencesOf } from './sentences.ts';
import { Timeline } from './timeline.tsx';
import type { ManagerView } from './view-manager.ts';

/** How many lines of the diary are shown, the latest first. */
const LINES = 12;

/** Props of {@link ManagerCard}. */
export interface ManagerCardProps {
  /** Which manager. */
  readonly view: ManagerView;
}

/** One manager: what it is doing, its timeline, its diary, and what can be done to it. */
export function ManagerCard({ view }: ManagerCardProps): ReactNode {
  const { name, state, token, holders, nextMint, diary } = view;
  const headingId = useId();
  const isOver = state.status === 'disposed';
  return (
    <article className="rs-card" aria-labelledby={headingId}>
      <header>
        <h3 id={headingId}>{name}</h3>
        <span className={`rs-status rs-is-${state.status}`}>{state.status}</span>
        {token !== undefined && <code>{token}</code>}
        <span className="rs-quiet">{holders === 1 ? 'kept by 1' : `kept by ${holders}`}</span>
      </header>
      <p>{sentencesOf(view).join(' ')}</p>
      <Timeline view={view} />
      <div className="rs-buttons" role="group" aria-label={`Do to ${name}`}>
        <button type="button" onClick={view.expire} disabled={isOver}>
          Expire now
        </button>
        {nextMint === 'unknown' ? (
          <span className="rs-quiet">The app made this manager: its mints cannot be failed here.</span>
        ) : (
          <button
            type="button"
            onClick={view.toggleNextMint}
            aria-pressed={nextMint === 'fails'}
            disabled={isOver}
          >
            Fail next mint
          </button>
        )}
      </div>
      <details>
        <summary>Events</summary>
        <ol>
          {diary
            .slice(-LINES)
            .reverse()
            .map(({ id, atMs, text }) => (
              <li key={id}>
                <time>{new Date(atMs).toLocaleTimeString()}</time> {text}
              </li>
            ))}
        </ol>
      </details>
    </article>
  );
}
