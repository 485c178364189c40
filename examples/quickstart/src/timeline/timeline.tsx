import { useEffect, useRef } from 'react';
import { formatTime } from '../format.ts';
import type { TimelineEntry } from './entries.ts';
import './timeline.css';

const sourceNames: Readonly<Record<TimelineEntry['source'], string>> = {
  you: 'You',
  token: 'Token',
  call: 'Call',
};

interface TimelineProps {
  /** What it is about. */
  readonly subject: 'the token and your calls' | 'your calls';
  readonly entries: readonly TimelineEntry[];
}

/** What happened, oldest first. */
export function Timeline({ subject, entries }: TimelineProps) {
  const list = useRef<HTMLDivElement>(null);
  useEffect(() => {
    list.current?.scrollTo({ top: list.current.scrollHeight });
  }, [entries]);
  return (
    <section className="card history" aria-labelledby="timeline-heading">
      <div className="card-head">
        <h2 id="timeline-heading">Timeline</h2>
        <p className="card-note">newest last</p>
      </div>
      {entries.length === 0 && <p className="empty">What happens to {subject} appears here.</p>}
      {/* Scrollable content must be focusable with the keyboard. */}
      <div
        className="timeline"
        data-testid="timeline"
        role="log"
        aria-label="Timeline"
        tabIndex={0}
        ref={list}
      >
        <ol>
          {entries.map((entry) => (
            <li
              key={entry.id}
              className={`timeline-entry is-${entry.tone} of-${entry.source}`}
              data-testid="timeline-entry"
              data-source={entry.source}
            >
              <time className="timeline-time" dateTime={new Date(entry.atMs).toISOString()}>
                {formatTime(entry.atMs)}
              </time>
              <span className="timeline-source">{sourceNames[entry.source]}</span>
              <span className="timeline-text">
                <span className="timeline-title">
                  {entry.title}
                  {entry.count > 1 && <span className="count"> ×{entry.count}</span>}
                </span>
                {entry.detail !== '' && <span className="timeline-detail">{entry.detail}</span>}
              </span>
            </li>
          ))}
        </ol>
      </div>
    </section>
  );
}
