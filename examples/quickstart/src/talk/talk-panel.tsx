import { useState, type SubmitEvent } from 'react';
import type { TokenManager } from '@realtime-session/core';
import type { PageConfig } from '../page-config.ts';
import type { Mode } from './client-event.ts';
import { EventList } from './event-list.tsx';
import { LineStatus } from './line-status.tsx';
import { ModePicker } from './mode-picker.tsx';
import { useTalk } from './use-talk.ts';
import './talk-panel.css';

/** Where sessions are opened, and with which tokens. */
export interface TalkPanelProps {
  readonly config: PageConfig;
  readonly session: Pick<TokenManager, 'withToken' | 'prefetch'>;
}

/** Opens a session with the token and shows what comes back. */
export function TalkPanel({ config, session }: TalkPanelProps) {
  const [mode, setMode] = useState<Mode>('text');
  const [words, setWords] = useState('Hello, who is there?');
  const url = `${config.webSocketUrl}?model=${encodeURIComponent(config.model)}`;
  const { state, say, hangUp } = useTalk(url, session.withToken);
  const { line } = state;
  const isBusy = line.status === 'connecting' || (line.status === 'live' && line.answering === 'yes');
  const isOnLine = line.status === 'connecting' || line.status === 'live';

  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (!isBusy && words.trim() !== '') say(words.trim(), mode);
  };

  return (
    <section className="talk" aria-labelledby="talk-heading">
      <div className="talk-head">
        <h2 id="talk-heading" className="label">
          Session
        </h2>
        <LineStatus line={line} />
      </div>
      <form className="talk-form" onSubmit={submit}>
        <label className="words">
          <span className="visually-hidden">What to say</span>
          <input value={words} maxLength={120} onChange={(event) => setWords(event.target.value)} />
        </label>
        <div className="talk-actions">
          <ModePicker mode={mode} onPick={setMode} />
          <span className="talk-buttons">
            {isOnLine && (
              <button type="button" className="button" data-testid="hang-up" onClick={hangUp}>
                Hang up
              </button>
            )}
            <button
              type="submit"
              className="button is-primary"
              data-testid="talk"
              aria-disabled={isBusy}
              onPointerEnter={() => session.prefetch()}
            >
              Talk
            </button>
          </span>
        </div>
      </form>
      <blockquote className="answer" data-testid="answer" aria-live="polite" aria-busy={isBusy}>
        {state.answer === '' ? <span className="answer-empty">The answer appears here.</span> : state.answer}
      </blockquote>
      {state.soundMs > 0 && (
        <p className="answer-sound" data-testid="sound">
          Spoken, {(state.soundMs / 1000).toFixed(1)} s of sound
        </p>
      )}
      {state.log.length > 0 && <EventList log={state.log} />}
    </section>
  );
}
