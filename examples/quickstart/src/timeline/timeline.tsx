import { formatTime } from '../format.ts';
import type { TimelineEntry } from './entries.ts';
import './timeline.css';

/** The events of the token, newest first. */
export function Timeline({ entries }: { entries: readonly TimelineEntry[] }) {
  return (
    <section className="history" aria-labelledby="timeline-heading">
      <h2 id="timeline-heading" className="label">
        Timeline
      </h2>
      {entries.length === 0 && <p className="empty">Mints and failures appear here.</p>}
      <ol className="timeline" data-testid="timeline">
        {entries.map((entry) => (
          <li key={entry.id} className={`timeline-entry is-${entry.tone}`} data-testid="timeline-entry">
            <time className="timeline-time" dateTime={new Date(entry.atMs).toISOString()}>
              {formatTime(entry.atMs)}
            </time>
            <span className="timeline-text">
              <span className="timeline-title">
                {entry.title}
                {entry.count > 1 && <span className="count"> ×{entry.count}</span>}
              </span>
              <span className="timeline-detail">{entry.detail}</span>
            </span>
          </li>
        ))}
      </ol>
    </section>
  );
}
