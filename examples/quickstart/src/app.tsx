import { CallMain } from './call/call-main.tsx';
import type { PageConfig } from './page-config.ts';
import { TokenMain } from './token/token-main.tsx';

/** The page: a conversation, the token or the call behind it, and buttons that break something. */
export function App({ config }: { config: PageConfig }) {
  return (
    <>
      <PageHeader config={config} />
      {config.connectsBy === 'tokens' ? <TokenMain config={config} /> : <CallMain config={config} />}
    </>
  );
}

/** Says in one sentence what the page is, what it costs, and what to try first. */
function PageHeader({ config: { connectsBy, backend, apiHost, emulatorUrl } }: { config: PageConfig }) {
  const means = {
    tokens: 'short-lived tokens from your own server',
    calls: 'calls that your own server creates, limits and ends',
    live: 'calls on the Live API that your own server creates, limits and ends',
  }[connectsBy];
  return (
    <header className="page masthead">
      <div className="masthead-line">
        <h1 className="wordmark">
          realtime<span className="wordmark-dash">-</span>session{' '}
          <span className="wordmark-what">quick start</span>
        </h1>
        <p className={`backend ${emulatorUrl === null ? 'is-paid' : ''}`} data-testid="backend">
          <span className="backend-name">
            {emulatorUrl === null ? `${backend}, costs money` : 'Emulator, local and free'}
          </span>{' '}
          <span className="backend-host">{apiHost}</span>
        </p>
      </div>
      <p className="intro" data-testid="intro">
        {emulatorUrl === null ? (
          <>
            This page talks to a model with {means}; it uses the real API with your OPENAI_API_KEY, which{' '}
            <strong>costs money</strong> – press <b>Talk</b> first, then{' '}
            {connectsBy === 'tokens' ? (
              <>
                <b>Expire it now</b>: the call continues while the page gets a new token.
              </>
            ) : (
              <>
                <b>End the call</b>: the server ends it, and the page says why.
              </>
            )}
          </>
        ) : (
          <>
            This page talks to a model with {means}; everything runs{' '}
            <strong>on this computer, for free</strong>, with an emulator in place of OpenAI – press{' '}
            <b>Talk</b> first, then{' '}
            {connectsBy === 'tokens' ? (
              <>
                <b>Drop the connection</b>, and watch the call come back.
              </>
            ) : (
              <>
                <b>End the call</b>: the server ends it, and the page says why.
              </>
            )}
          </>
        )}
      </p>
    </header>
  );
}
