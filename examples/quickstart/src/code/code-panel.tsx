import { useRef, useState } from 'react';
import callButton from './call-button.tsx?raw';
import callRoute from './call-route.ts?raw';
import liveRoute from './live-route.ts?raw';
import mintRoute from './mint-route.ts?raw';
import routedCallButton from './routed-call-button.tsx?raw';
import './code.css';

interface Step {
  readonly title: string;
  readonly code: string;
  readonly text: string;
}

/** How an app opens calls with a token. */
export const tokenSteps: readonly Step[] = [
  {
    title: 'On your server',
    code: mintRoute,
    text: 'The mint route keeps your API key and gives signed-in users a token that lives for two minutes.',
  },
  {
    title: 'In your page',
    code: callButton,
    text: 'The token is fetched before the click, refreshed before it expires, and asked for again when a call comes back.',
  },
];

const routedPage: Step = {
  title: 'In your page',
  code: routedCallButton,
  text: 'The page sends its offer to the route, and a heartbeat while the call is open.',
};

/** How an app lets its server create the calls. */
export const callSteps: readonly Step[] = [
  {
    title: 'On your server',
    code: callRoute,
    text: 'The call route creates each call with your API key, stays connected to it, and ends it at its limits.',
  },
  routedPage,
];

/** How an app lets its server create calls on the Live API. */
export const liveSteps: readonly Step[] = [
  {
    title: 'On your server',
    code: liveRoute,
    text: 'The call route creates each Live session. The page can mute and close it, and cannot change it.',
  },
  routedPage,
];

/** The code behind this page, to copy. The files are compiled with the page. */
export function CodePanel({ steps }: { steps: readonly Step[] }) {
  return (
    <section className="card code" aria-labelledby="code-heading">
      <div className="card-head">
        <h2 id="code-heading">The same in your app</h2>
      </div>
      <div className="code-steps">
        {steps.map((step) => (
          <CodeStep key={step.title} step={step} />
        ))}
      </div>
    </section>
  );
}

function CodeStep({ step: { title, code, text } }: { step: Step }) {
  const element = useRef<HTMLElement>(null);
  return (
    <div className="code-step">
      <div className="code-head">
        <h3>{title}</h3>
        <CopyButton title={title} text={code.trim()} onBlocked={() => selectText(element.current)} />
      </div>
      {/* Scrollable content must be focusable with the keyboard. */}
      <pre className="code-block" tabIndex={0} role="region" aria-label={`Code: ${title}`}>
        <code ref={element}>{code.trim()}</code>
      </pre>
      <p className="code-text">{text}</p>
    </div>
  );
}

interface CopyButtonProps {
  readonly title: string;
  readonly text: string;
  /** Called if the browser does not allow it: the user can copy the selection. */
  readonly onBlocked: () => void;
}

function CopyButton({ title, text, onBlocked }: CopyButtonProps) {
  const [result, setResult] = useState<'copied' | 'blocked'>();
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      setResult('copied');
    } catch {
      onBlocked();
      setResult('blocked');
    }
  };
  return (
    <span className="copy">
      <span role="status" className="copy-result" data-testid="copy-result">
        {result === 'copied' && 'Copied'}
        {result === 'blocked' && 'Selected: press Ctrl+C'}
      </span>
      <button
        type="button"
        className="button is-small"
        aria-label={`Copy the code: ${title}`}
        data-testid="copy"
        onClick={() => void copy()}
        onBlur={() => setResult(undefined)}
      >
        Copy
      </button>
    </span>
  );
}

function selectText(element: HTMLElement | null): void {
  if (element) getSelection()?.selectAllChildren(element);
}
