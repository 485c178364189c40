import { RealtimeSessionProvider, useRealtimeSession, useTokenRemaining } from '@realtime-session/react';
import { useRealtimeConnection } from '@realtime-session/react/webrtc';
import type { ReactNode } from 'react';
import { renderToString } from 'react-dom/server.browser';

interface PageProps {
  readonly initialToken?: unknown;
}

function Session({ initialToken }: PageProps): ReactNode {
  const options = { endpoint: '/api/realtime-session', initialToken };
  const session = useRealtimeSession(options);
  const selected = useRealtimeSession(options, ({ status }) => status);
  const call = useRealtimeConnection(options);
  const own = useRealtimeSession({ fetchToken: () => 'ek_x', initialToken });
  const remainingMs = useTokenRemaining(1_000, options);
  return [session.status, session.error?.code, selected, call.status, own.status, remainingMs].join(' ');
}

function Nearest(): ReactNode {
  const call = useRealtimeConnection();
  return `${useRealtimeSession().status} ${call.status} ${String(useTokenRemaining())}`;
}

/** Renders everything that an app may render on a server: with options, and with a provider. */
export function renderPage(props: PageProps): string {
  return renderToString(
    <main>
      <p>
        <Session {...props} />
      </p>
      <RealtimeSessionProvider options={{ endpoint: '/other', ...props }}>
        <Nearest />
      </RealtimeSessionProvider>
    </main>,
  );
}
