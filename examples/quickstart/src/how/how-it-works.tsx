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
        <b>const</b> {'{ getToken }'} = useRealtimeSession({'{'} endpoint:{' '}
        <i>&apos;/api/realtime-session&apos;</i> {'}'});
      </>
    ),
    text: 'Your server mints a short-lived token and keeps the API key. While the component is mounted, the token is replaced before it expires.',
  },
  {
    code: (
      <>
        <b>const</b> token = <b>await</b> getToken();
      </>
    ),
    text: 'At the click there is nothing to wait for, and whoever asks twice shares one mint.',
  },
  {
    code: (
      <>
        <b>new</b> WebSocket(url, [<i>&apos;realtime&apos;</i>,{' '}
        <i>{'`openai-insecure-api-key.${token.value}`'}</i>]);
      </>
    ),
    text: 'Or hand it to the official clients. A session goes on after its token expired; only opening one needs a live token.',
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
