import { Fragment, useEffect, useRef, useState, type SubmitEvent } from 'react';
import type { TokenManager } from '@realtime-session/core';
import type { PageConfig } from '../page-config.ts';
import type { Mode } from './events.ts';
import type { ConnectionState, LoggedEvent } from './talk-state.ts';
import { useText } from './use-text.ts';
import { useVoice } from './use-voice.ts';
import { VoiceControls } from './voice-controls.tsx';
import './talk.css';

interface TalkPanelProps {
  readonly config: PageConfig;
  readonly session: Pick<TokenManager, 'withToken' | 'prefetch'>;
}

/** Voice needs WebRTC and a microphone, which are available only on https and localhost. */
const isVoiceSupported = 'RTCPeerConnection' in window && 'mediaDevices' in navigator;

/** Opens a session with the token and shows its events. */
export function TalkPanel({ config, session }: TalkPanelProps) {
  const [mode, setMode] = useState<Mode>(isVoiceSupported ? 'voice' : 'text');
  const [message, setMessage] = useState('Hello, who is there?');
  const voice = useVoice(config.callsUrl, session);
  const text = useText(`${config.webSocketUrl}?model=${encodeURIComponent(config.model)}`, session.withToken);
  const { state, sendMessage, hangUp } = mode === 'voice' ? voice : text;
  const { connection } = state;
  const isActive =
    connection.status === 'connecting' ||
    connection.status === 'connected' ||
    connection.status === 'reconnecting';
  const isBusy = isActive && !(connection.status === 'connected' && !connection.isResponding);

  const selectMode = (next: Mode) => {
    // Only one session can be open: changing the mode ends the current one.
    if (isActive) hangUp();
    setMode(next);
  };

  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (!isBusy && message.trim() !== '') sendMessage(message.trim());
  };

  return (
    <section className="talk" aria-labelledby="talk-heading">
      <div className="talk-head">
        <h2 id="talk-heading" className="label">
          Session
        </h2>
        <ConnectionStatus connection={connection} />
      </div>
      <form className="talk-form" onSubmit={submit}>
        <label className="message">
          <span className="visually-hidden">Message</span>
          <input value={message} maxLength={120} onChange={(event) => setMessage(event.target.value)} />
        </label>
        <div className="talk-actions">
          <ModePicker mode={mode} onSelect={selectMode} />
          <span className="talk-buttons">
            {isActive && (
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
      {mode === 'voice' && voice.microphone && <VoiceControls voice={voice} stream={voice.microphone} />}
      <blockquote className="answer" data-testid="answer" aria-live="polite" aria-busy={isBusy}>
        {state.answer === '' ? (
          <span className="answer-empty">The response appears here.</span>
        ) : (
          state.answer
        )}
      </blockquote>
      {state.log.length > 0 && <EventList log={state.log} />}
    </section>
  );
}

function ConnectionStatus({ connection }: { connection: ConnectionState }) {
  return (
    <p
      role="status"
      className={`connection is-${connection.status}`}
      data-testid="connection"
      data-connection={connection.status}
    >
      <span className="connection-dot" aria-hidden="true" />
      {describeConnection(connection)}
    </p>
  );
}

function describeConnection(connection: ConnectionState): string {
  switch (connection.status) {
    case 'idle':
      return 'Not connected';
    case 'connecting':
      return 'Connecting';
    case 'connected':
      return connection.isResponding ? 'Connected, responding' : 'Connected';
    case 'reconnecting':
      return `Reconnecting, attempt ${connection.attempt}`;
    case 'ended':
      return 'Session ended';
    case 'failed':
      return connection.reason;
  }
}

function ModePicker({ mode, onSelect }: { mode: Mode; onSelect: (mode: Mode) => void }) {
  return (
    <fieldset className="modes">
      <legend className="visually-hidden">Mode</legend>
      {(['voice', 'text'] as const).map((option) => (
        <label key={option} className="mode">
          <input
            type="radio"
            name="mode"
            checked={mode === option}
            disabled={option === 'voice' && !isVoiceSupported}
            onChange={() => onSelect(option)}
            className="visually-hidden"
          />
          <span>{option === 'voice' ? 'Voice' : 'Text'}</span>
        </label>
      ))}
    </fieldset>
  );
}

/** The events of the session, oldest first. */
function EventList({ log }: { log: readonly LoggedEvent[] }) {
  const list = useRef<HTMLOListElement>(null);
  useEffect(() => {
    list.current?.scrollTo({ top: list.current.scrollHeight });
  }, [log.length]);
  return (
    // Scrollable content must be focusable with the keyboard.
    <ol className="events" data-testid="events" aria-label="Events of the session" tabIndex={0} ref={list}>
      {log.map((event) => (
        <li key={event.id} className={`event from-${event.sender}`} data-event={event.type}>
          <span className="event-arrow" aria-label={event.sender === 'page' ? 'sent' : 'received'} role="img">
            {event.sender === 'page' ? '→' : '←'}
          </span>
          <span className="event-type">
            <BreakableType type={event.type} />
            {event.count > 1 && <span className="count"> ×{event.count}</span>}
          </span>
          <span className="event-at">{Math.round(event.atMs)} ms</span>
        </li>
      ))}
    </ol>
  );
}

/** Allows a line break between the words of an event type on a narrow screen. */
function BreakableType({ type }: { type: string }) {
  return type.split(/(?<=[._])/).map((word, index) => (
    <Fragment key={index}>
      <wbr />
      {word}
    </Fragment>
  ));
}
