import type { ReactNode } from 'react';
import './how-it-works.css';

interface Step {
  readonly code: ReactNode;
  readonly text: string;
}

const steps: readonly Step[] = [
  {
    code: (
      <>
        <b>const</b> session = useRealtimeSession({'{'} endpoint: <i>&apos;/api/realtime-session&apos;</i>{' '}
        {'}'});
      </>
    ),
    text: 'Your server mints a short-lived token and keeps the API key. While the component is mounted, the token is replaced before it expires.',
  },
  {
    code: (
      <>
        <b>const</b> {'{ connect }'} = useRealtimeConnection(session);
      </>
    ),
    text: 'At the click there is a token already. A call goes on after its token expired; only opening one needs a live token.',
  },
  {
    code: (
      <>
        <b>await</b> agent.connect({'{'} apiKey: session.toApiKey() {'}'});
      </>
    ),
    text: 'Or hand tokens to the official clients, which ask for one whenever they connect.',
  },
];

/** The three lines this page is made of. */
export function HowItWorks() {
  return (
    <section className="how" aria-labelledby="how-heading">
      <h2 id="how-heading" className="label">
        How this works
      </h2>
      <ol className="how-steps">
        {steps.map((step) => (
          <li key={step.text}>
            <code>{step.code}</code>
            <p>{step.text}</p>
          </li>
        ))}
      </ol>
    </section>
  );
}
