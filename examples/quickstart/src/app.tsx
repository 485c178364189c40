import { useReducer } from 'react';
import { useRealtimeSession } from '@realtime-session/react';
import { FaultPanel } from './faults/fault-panel.tsx';
import { HowItWorks } from './how-it-works.tsx';
import type { PageConfig } from './page-config.ts';
import { TalkPanel } from './talk/talk-panel.tsx';
import { addEvent } from './timeline/entries.ts';
import { Timeline } from './timeline/timeline.tsx';
import { TokenPanel } from './token/token-panel.tsx';

/** The page: one token that stays fresh, and a session that uses it. */
export function App({ config }: { config: PageConfig }) {
  const [entries, onEvent] = useReducer(addEvent, []);
  const session = useRealtimeSession({ endpoint: '/api/realtime-session', onEvent });

  return (
    <div className="page">
      <PageHeader config={config} />
      <main className="panels">
        <TokenPanel session={session} />
        <TalkPanel config={config} session={session} />
        <Timeline entries={entries} />
        {config.emulatorUrl !== null && <FaultPanel emulatorUrl={config.emulatorUrl} />}
        <HowItWorks />
      </main>
    </div>
  );
}

function PageHeader({ config }: { config: PageConfig }) {
  return (
    <header className="masthead">
      <h1 className="wordmark">
        realtime<span className="wordmark-dash">-</span>session
      </h1>
      <p className="backend" data-testid="backend">
        <span className="backend-name">{config.backend}</span>
        <span className="backend-host">{new URL(config.webSocketUrl).host}</span>
      </p>
    </header>
  );
}
