import { Fragment, useEffect, useRef } from 'react';
import type { Conversation, Notice, Turn } from './conversation.ts';
import type { LoggedEvent } from './event-log.ts';

interface TurnListProps {
  readonly conversation: Conversation;
  /** Whether a call is open. */
  readonly isOpen: boolean;
  /** Whether the model's voice is the tone of the emulator. */
  readonly isTone: boolean;
}

/** The conversation with live captions, oldest first. */
export function TurnList({ conversation, isOpen, isTone }: TurnListProps) {
  const list = useRef<HTMLDivElement>(null);
  useEffect(() => {
    list.current?.scrollTo({ top: list.current.scrollHeight });
  }, [conversation]);
  const firstVoice = conversation.find((entry) => entry.kind === 'turn' && isSpoken(entry));
  return (
    // Scrollable content must be focusable with the keyboard.
    <div className="turns" data-testid="answer" role="log" aria-label="Conversation" tabIndex={0} ref={list}>
      {conversation.length === 0 && (
        <p className="turns-empty">
          {isOpen ? (
            'Say something.'
          ) : (
            <>
              Press <b>Talk</b>.
            </>
          )}{' '}
          What you say and what comes back appears here, word by word.
        </p>
      )}
      <ol className="turns-list">
        {conversation.map((entry) =>
          entry.kind === 'notice' ? (
            <NoticeLine key={entry.id} notice={entry} />
          ) : (
            <TurnBubble key={entry.id} turn={entry} hasToneNote={isTone && entry === firstVoice} />
          ),
        )}
      </ol>
    </div>
  );
}

function isSpoken({ speaker, medium }: Turn): boolean {
  return speaker === 'model' && medium === 'voice';
}

function NoticeLine({ notice }: { notice: Notice }) {
  return (
    <li className={`notice is-${notice.tone}`} data-testid="notice">
      <span>{notice.text}</span>
    </li>
  );
}

/** Screen readers wait until a turn is complete, instead of reading every word alone. */
function TurnBubble({ turn, hasToneNote }: { turn: Turn; hasToneNote: boolean }) {
  const { speaker, medium, status, problem } = turn;
  return (
    <li
      className={`turn from-${speaker} is-${status}`}
      data-testid="turn"
      data-speaker={speaker}
      data-status={status}
      aria-busy={status === 'live'}
    >
      <p className="turn-speaker">
        {speaker === 'you' ? 'You' : 'Model'}
        {medium === 'voice' && ', by voice'}
      </p>
      {(turn.text !== '' || status === 'live') && <p className="turn-text">{describeText(turn)}</p>}
      {hasToneNote && (
        <p className="turn-note" data-testid="beep">
          <span aria-hidden="true">♪</span> The beep is the emulator’s voice: it has no speech, so it plays a
          tone for every word. A real model speaks these words.
        </p>
      )}
      {problem !== undefined && (
        <p className="turn-problem" role="alert" data-testid="turn-problem">
          {problem}
        </p>
      )}
      {status === 'interrupted' && problem === undefined && <p className="turn-note">Interrupted</p>}
    </li>
  );
}

function describeText({ text, speaker, status }: Turn): string {
  if (text !== '') return text;
  return speaker === 'you' ? 'Listening …' : status === 'live' ? '…' : '';
}

interface EventListProps {
  readonly events: readonly LoggedEvent[];
  /** The API's id of the open call. */
  readonly callId: string | undefined;
}

/** The events of the latest call, oldest first. */
export function EventList({ events, callId }: EventListProps) {
  return (
    <details className="events" data-testid="events">
      <summary>
        Events of the API <span className="count">({events.reduce((sum, { count }) => sum + count, 0)})</span>
      </summary>
      {callId !== undefined && (
        <p className="call-id" data-testid="call-id">
          Call <code>{callId}</code>
        </p>
      )}
      <ol className="events-list" aria-label="Events of the call" tabIndex={0}>
        {events.map((event) => (
          <li key={event.id} className={`event from-${event.sender}`} data-event={event.type}>
            <span
              className="event-arrow"
              aria-label={event.sender === 'page' ? 'sent' : 'received'}
              role="img"
            >
              {event.sender === 'page' ? '→' : '←'}
            </span>
            <span className="event-type">
              <BreakableType type={event.type} />
              {event.count > 1 && <span className="count"> ×{event.count}</span>}
            </span>
            <span className="event-at">{Math.round(event.sinceStartMs)} ms</span>
          </li>
        ))}
      </ol>
    </details>
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
