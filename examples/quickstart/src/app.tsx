import { useReducer } from 'react';
import { useRealtimeSession } from '@realtime-session/react';
import { FaultPanel } from './faults/fault-panel.tsx';
import { HowItWorks } from './how/how-it-works.tsx';
import type { PageConfig } from './page-config.ts';
import { PageHeader } from './shared/page-header.tsx';
import { TalkPanel } from './talk/talk-panel.tsx';
import { addEvent } from './timeline/entries.ts';
import { Timeline } from './timeline/timeline.tsx';
import { TokenPanel } from './token/token-panel.tsx';

/** The whole page: one token, kept fresh, and a session opened with it. */
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
