import type { ReactNode } from 'react';

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
    text: 'Your server mints a short-lived token and keeps the API key. While the component is mounted, the token is refreshed before it expires.',
  },
  {
    code: (
      <>
        <b>const</b> {'{ connect }'} = useRealtimeConnection(session);
      </>
    ),
    text: 'A token is ready when the user clicks. A call continues after its token has expired: only opening a call needs a valid token.',
  },
  {
    code: (
      <>
        <b>await</b> agent.connect({'{'} apiKey: session.toApiKey() {'}'});
      </>
    ),
    text: 'The official clients work too: they request a token whenever they connect.',
  },
];

/** The three lines of code behind this page. */
export function HowItWorks() {
  return (
    <section className="how" aria-labelledby="how-heading">
      <h2 id="how-heading" className="label">
        How it works
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
