import type { Clock } from '@realtime-session/core';
import {
  useContext,
  useEffect,
  useId,
  useInsertionEffect,
  useState,
  useSyncExternalStore,
  type ReactNode,
} from 'react';
import { pageClock } from '../shared-store.ts';
import { SessionContext } from '../use-session-store.ts';
import {
  getFaults,
  getServerFaults,
  resetFaults,
  subscribeToFaults,
  toggleNetwork,
  toggleNextMint,
  type Faults,
} from './fault-injection.ts';
import type { InspectableConnection } from '../page-connections.ts';
import { ConnectionCard } from './connection-card.tsx';
import { createConnectionInspector, noConnections } from './connection-inspector.ts';
import { createInspector, noSessions, type InspectableManager } from './inspector.ts';
import { SessionCard } from './session-card.tsx';
import { styles } from './styles.ts';

const noManagers: Readonly<Record<string, InspectableManager>> = {};
const noNamedConnections: Readonly<Record<string, InspectableConnection>> = {};

/** Props of {@link RealtimeSessionDevtools}. */
export interface RealtimeSessionDevtoolsProps {
  /** Whether the panel starts `open`, or `closed` as a button in the corner. Default `closed`. */
  readonly initially?: 'open' | 'closed' | undefined;
  /** Your own token managers to show, by name. Default none. */
  readonly managers?: Readonly<Record<string, InspectableManager>> | undefined;
  /**
   * Your own connections to show, by name. Those of `useRealtimeConnection()` are found without this, and numbered. Default
   * none.
   */
  readonly connections?: Readonly<Record<string, InspectableConnection>> | undefined;
  /** The clock that moves the timelines, for tests. Default: the page's clock. */
  readonly clock?: Pick<Clock, 'nowMs' | 'setTimer'> | undefined;
}

/**
 * A panel for development. It shows the sessions of the page's registry and of the nearest provider, and the `managers`
 * that you pass: the lifetime of each token, its lead, mints and failures along a timeline. It shows each connection with its
 * attempts. It can invalidate tokens, and make the mints of fetchers fail that are wrapped in `withFaultInjection()`. Tokens are redacted.
 *
 * Render one, inside your provider if you have one, in development only. Faults end when it unmounts.
 *
 * @param props - How it starts, and which managers to add.
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
  managers = noManagers,
  connections: named = noNamedConnections,
  clock = pageClock,
}: RealtimeSessionDevtoolsProps): ReactNode {
  const scope = useContext(SessionContext);
  const [inspector] = useState(() => createInspector(clock));
  const [connectionInspector] = useState(() => createConnectionInspector(clock));
  const [view, setView] = useState(initially);
  const panelId = useId();
  useInsertionEffect(() => {
    inspector.update({ managers, scope });
    connectionInspector.update(named);
  });
  const sessions = useSyncExternalStore(inspector.subscribe, inspector.getSnapshot, () => noSessions);
  const connections = useSyncExternalStore(
    connectionInspector.subscribe,
    connectionInspector.getSnapshot,
    () => noConnections,
  );
  const faults = useSyncExternalStore(subscribeToFaults, getFaults, getServerFaults);
  useEffect(() => resetFaults, []);
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
        Realtime sessions ({sessions.length}){faults.network === 'online' ? '' : ', offline'}
      </button>
      <div id={panelId} className="rs-panel" hidden={!isOpen}>
        {isOpen && (
          <>
            <div className="rs-bar">
              <Legend />
              <FaultButtons faults={faults} />
            </div>
            {sessions.length === 0 && <p>No session is in use yet.</p>}
            {sessions.map((session) => (
              <SessionCard key={session.id} view={session} />
            ))}
            {connections.map((connection) => (
              <ConnectionCard key={connection.id} view={connection} />
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
      {['life', 'lead', 'mint', 'failed'].map((name) => (
        <li key={name}>
          <i className={`rs-${name}`} aria-hidden="true" /> {name}
        </li>
      ))}
    </ul>
  );
}

function FaultButtons({ faults }: { readonly faults: Faults }): ReactNode {
  if (!faults.isInstalled)
    return (
      <span className="rs-quiet">To make mints fail here, wrap fetchToken in withFaultInjection().</span>
    );
  return (
    <div className="rs-faults" role="group" aria-label="Fault injection">
      <button type="button" aria-pressed={faults.nextMint === 'fails'} onClick={toggleNextMint}>
        Fail next mint
      </button>
      <button type="button" aria-pressed={faults.network === 'offline'} onClick={toggleNetwork}>
        Go offline
      </button>
    </div>
  );
}
