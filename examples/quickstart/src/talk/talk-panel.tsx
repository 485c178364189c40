import { useState, type SubmitEvent } from 'react';
import type { TokenManager } from '@realtime-session/core';
import type { PageConfig } from '../page-config.ts';
import type { Mode } from './client-event.ts';
import { EventList } from './event-list.tsx';
import { LineStatus } from './line-status.tsx';
import { MicrophoneMeter } from './microphone-meter.tsx';
import { ModePicker } from './mode-picker.tsx';
import { useText } from './use-text.ts';
import { useVoice } from './use-voice.ts';
import './talk-panel.css';

/** Where sessions are opened, and with which tokens. */
export interface TalkPanelProps {
  readonly config: PageConfig;
  readonly session: Pick<TokenManager, 'withToken' | 'prefetch'>;
}

/** Voice takes WebRTC and a microphone, which pages have on https and localhost only. */
const voiceIsPossible = 'RTCPeerConnection' in window && 'mediaDevices' in navigator;

/** Opens a session with the token and shows what comes back. */
export function TalkPanel({ config, session }: TalkPanelProps) {
  const [mode, setMode] = useState<Mode>(voiceIsPossible ? 'voice' : 'text');
  const [words, setWords] = useState('Hello, who is there?');
  const voice = useVoice(config.callsUrl, session);
  const text = useText(`${config.webSocketUrl}?model=${encodeURIComponent(config.model)}`, session.withToken);
  const { state, say, hangUp } = mode === 'voice' ? voice : text;
  const { line } = state;
  const isOnLine = line.status === 'connecting' || line.status === 'live' || line.status === 'reconnecting';
  const isBusy = isOnLine && !(line.status === 'live' && line.answering === 'no');

  const pick = (next: Mode) => {
    // One session at a time: what is open in the other way ends.
    if (isOnLine) hangUp();
    setMode(next);
  };

  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (!isBusy && words.trim() !== '') say(words.trim());
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
          <ModePicker mode={mode} voice={voiceIsPossible ? 'possible' : 'impossible'} onPick={pick} />
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
      {mode === 'voice' && voice.microphone && (
        <div className="talk-voice">
          <MicrophoneMeter stream={voice.microphone} isMuted={voice.isMuted} />
          <button
            type="button"
            className="button"
            data-testid="mute"
            aria-pressed={voice.isMuted}
            onClick={voice.toggleMute}
          >
            {voice.isMuted ? 'Unmute' : 'Mute'}
          </button>
          {voice.isSilenced && (
            <button type="button" className="button" data-testid="unblock" onClick={voice.unblock}>
              Play the answer
            </button>
          )}
        </div>
      )}
      <blockquote className="answer" data-testid="answer" aria-live="polite" aria-busy={isBusy}>
        {state.answer === '' ? <span className="answer-empty">The answer appears here.</span> : state.answer}
      </blockquote>
      {state.log.length > 0 && <EventList log={state.log} />}
    </section>
  );
}
