import { asTimeOfDay } from '../shared/format.ts';
import type { Entry } from './entries.ts';
import './timeline.css';

/** What happened to the token, newest first. */
export function Timeline({ entries }: { entries: readonly Entry[] }) {
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
              {asTimeOfDay(entry.atMs)}
            </time>
            <span className="timeline-text">
              <span className="timeline-title">
                {entry.title}
                {entry.count > 1 && <span className="times"> ×{entry.count}</span>}
              </span>
              <span className="timeline-detail">{entry.detail}</span>
            </span>
          </li>
        ))}
      </ol>
    </section>
  );
}
