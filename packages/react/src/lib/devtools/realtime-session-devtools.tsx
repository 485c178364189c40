import type { Clock } from '@realtime-session/core';
import { useId, useState, useSyncExternalStore, type ReactNode } from 'react';
import { pageClock } from '../store/page-clock.ts';
import { createInspector, nothingSeen } from './create-inspector.ts';
import { ManagerCard } from './manager-card.tsx';
import { styles } from './styles.ts';

/** Props of {@link RealtimeSessionDevtools}. */
export interface RealtimeSessionDevtoolsProps {
  /** Whether the panel begins `open`, or `closed` as a button in the corner. Default `closed`. */
  readonly initially?: 'open' | 'closed' | undefined;
  /** What moves the drawing, for tests. Default: the page's clock. */
  readonly clock?: Pick<Clock, 'nowMs' | 'setTimer'> | undefined;
}

/**
 * A panel for development that draws every token manager of the page: the life of its tokens, the lead, mints, failures
 * and callers along a timeline. It can expire a token, fail the next mint and take the network away. Tokens are masked.
 *
 * Mount one, anywhere, in development only. What it did is undone when it goes away.
 *
 * @param props - How it begins.
 *
 * @example
 * ```tsx
 * const Devtools = lazy(() =>
 *   import('@realtime-session/react/devtools').then((module) => ({ default: module.RealtimeSessionDevtools })),
 * );
 * ```
 */
export function RealtimeSessionDevtools({
  initially = 'closed',
  clock = pageClock,
}: RealtimeSessionDevtoolsProps): ReactNode {
  const [inspector] = useState(() => createInspector(clock));
  const [view, setView] = useState(initially);
  const panelId = useId();
  const { managers, network } = useSyncExternalStore(
    inspector.subscribe,
    inspector.getSnapshot,
    () => nothingSeen,
  );
  const isOpen = view === 'open';
  return (
    <aside className="rs-devtools" aria-label="Realtime sessions">
      <style>{styles}</style>
      <button
        type="button"
        className="rs-toggle"
        aria-expanded={isOpen}
        aria-controls={panelId}
        onClick={() => setView(isOpen ? 'closed' : 'open')}
      >
        Realtime sessions ({managers.length}){network === 'there' ? '' : ', offline'}
      </button>
      <div id={panelId} className="rs-panel" hidden={!isOpen}>
        {isOpen && (
          <>
            <div className="rs-bar">
              <Legend />
              <button
                type="button"
                aria-pressed={network === 'taken away'}
                onClick={() => inspector.toggleNetwork()}
              >
                Go offline
              </button>
            </div>
            {managers.length === 0 && <p>No component uses a session yet.</p>}
            {managers.map((manager) => (
              <ManagerCard key={manager.id} view={manager} />
            ))}
          </>
        )}
      </div>
    </aside>
  );
}

function Legend(): ReactNode {
  return (
    <ul className="rs-legend" aria-label="Legend">
      {['life', 'lead', 'mint', 'failed', 'call'].map((name) => (
        <li key={name}>
          <i className={`rs-${name}`} aria-hidden="true" /> {name}
        </li>
      ))}
    </ul>
  );
}
