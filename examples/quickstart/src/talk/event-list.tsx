import { Fragment, useEffect, useRef } from 'react';
import type { LoggedEvent } from './talk-state.ts';
import './event-list.css';

/** What went over the line, oldest first. */
export function EventList({ log }: { log: readonly LoggedEvent[] }) {
  const list = useRef<HTMLOListElement>(null);
  useEffect(() => {
    list.current?.scrollTo({ top: list.current.scrollHeight });
  }, [log.length]);
  return (
    // It scrolls, so it has to be reachable with the keyboard.
    <ol className="events" data-testid="events" aria-label="Events of the session" tabIndex={0} ref={list}>
      {log.map((event) => (
        <li key={event.id} className={`event from-${event.from}`} data-event={event.type}>
          <span className="event-arrow" aria-label={event.from === 'page' ? 'sent' : 'received'} role="img">
            {event.from === 'page' ? '→' : '←'}
          </span>
          <span className="event-type">
            <Breakable type={event.type} />
            {event.count > 1 && <span className="times"> ×{event.count}</span>}
          </span>
          <span className="event-at">{Math.round(event.atMs)} ms</span>
        </li>
      ))}
    </ol>
  );
}

/** An event's type that breaks between its words on a narrow screen. */
function Breakable({ type }: { type: string }) {
  return type.split(/(?<=[._])/).map((word, index) => (
    <Fragment key={index}>
      <wbr />
      {word}
    </Fragment>
  ));
}
