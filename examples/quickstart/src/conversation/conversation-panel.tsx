import { useEffect, useEffectEvent, useRef, useState, type SubmitEvent } from 'react';
import { describeCall, isActive, toConversationActions, type Call, type CallState } from './call-state.ts';
import { isResponding, type Mode } from './conversation.ts';
import { EventList, TurnList } from './turn-list.tsx';
import type { ConversationStore } from './use-conversation.ts';
import type { VoiceCall } from './use-voice.ts';
import { VoiceControls } from './voice-controls.tsx';
import './conversation.css';

interface ConversationPanelProps {
  readonly conversation: ConversationStore;
  readonly voice: VoiceCall;
  /** Writes over WebSocket. `undefined` if calls are all that the page can open. */
  readonly text: Call | undefined;
  /** Whether the user can write, or only speak. */
  readonly input: 'message' | 'voice';
  readonly mode: Mode;
  readonly onMode?: (mode: Mode) => void;
  /** Called with every change of a call. */
  readonly onCall: (mode: Mode, state: CallState) => void;
  /** Called when a click on Talk is likely. */
  readonly onPrepare?: () => void;
  /** Whether the model's voice is the tone of the emulator. */
  readonly isTone: boolean;
}

/** Voice needs WebRTC and a microphone, which are available only on https and localhost. */
export const isVoiceSupported = 'RTCPeerConnection' in window && 'mediaDevices' in navigator;

const noSession: CallState = { status: 'idle' };

/** Speaks or writes with the model, and shows what was said. */
export function ConversationPanel(props: ConversationPanelProps) {
  const { voice, text, input, mode, onMode, onCall, onPrepare, isTone } = props;
  const { conversation, events, dispatch, startLog } = props.conversation;
  const { state, sendMessage, hangUp } = mode === 'text' && text !== undefined ? text : voice;
  const isBusy =
    state.status === 'connecting' || state.status === 'reconnecting' || isResponding(conversation);

  const handleChange = (changed: Mode, next: CallState, previous: CallState['status']) => {
    if (next.status === 'connecting') startLog();
    for (const action of toConversationActions(changed, next, previous)) dispatch(action);
    onCall(changed, next);
  };
  useCallChanges(voice.state, (next, previous) => handleChange('voice', next, previous));
  useCallChanges(text?.state ?? noSession, (next, previous) => handleChange('text', next, previous));

  const selectMode = (next: Mode) => {
    // Only one call can be open: changing the mode ends the current one.
    if (isActive(state)) hangUp();
    onMode?.(next);
  };

  return (
    <section className="card conversation" aria-labelledby="conversation-heading">
      <div className="card-head">
        <h2 id="conversation-heading">Conversation</h2>
        <p
          role="status"
          className={`connection is-${state.status}`}
          data-testid="connection"
          data-connection={state.status}
        >
          {describeCall(state)}
        </p>
      </div>
      <TurnList conversation={conversation} isOpen={state.status === 'connected'} isTone={isTone} />
      {input === 'message' && (
        <Composer state={state} mode={mode} isBusy={isBusy} onPrepare={onPrepare} onSend={sendMessage} />
      )}
      <div className="call-controls">
        {input === 'voice' && !isActive(state) && (
          <button
            type="button"
            className="button is-primary"
            data-testid="talk"
            onClick={() => sendMessage('')}
          >
            Talk
          </button>
        )}
        {text !== undefined && <ModePicker mode={mode} onSelect={selectMode} />}
        {mode === 'voice' && voice.microphone && <VoiceControls voice={voice} stream={voice.microphone} />}
        {isActive(state) && (
          <button type="button" className="button is-small" data-testid="hang-up" onClick={hangUp}>
            Hang up
          </button>
        )}
      </div>
      {events.length > 0 && <EventList events={events} callId={voice.callId} />}
    </section>
  );
}

/** Calls a function with every new state, and the status before. */
function useCallChanges(
  state: CallState,
  onChange: (next: CallState, previous: CallState['status']) => void,
): void {
  const previous = useRef<CallState>(state);
  const report = useEffectEvent(onChange);
  useEffect(() => {
    if (previous.current === state) return;
    const { status } = previous.current;
    previous.current = state;
    report(state, status);
  }, [state]);
}

interface ComposerProps {
  readonly state: CallState;
  readonly mode: Mode;
  readonly isBusy: boolean;
  readonly onPrepare: (() => void) | undefined;
  readonly onSend: (message: string) => void;
}

/** A message to send, and the button that opens a call. */
function Composer({ state, mode, isBusy, onPrepare, onSend }: ComposerProps) {
  const [message, setMessage] = useState('Hello, who is there?');
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    const trimmed = message.trim();
    if (isBusy || (trimmed === '' && (mode === 'text' || isActive(state)))) return;
    onSend(trimmed);
    setMessage('');
  };
  return (
    <form className="composer" onSubmit={submit}>
      <label className="message">
        <span className="visually-hidden">Message</span>
        <input
          value={message}
          maxLength={120}
          placeholder={mode === 'voice' && isActive(state) ? 'Speak, or type a message' : 'Type a message'}
          onChange={(event) => setMessage(event.target.value)}
        />
      </label>
      <button
        type="submit"
        className="button is-primary"
        data-testid="talk"
        aria-disabled={isBusy}
        onPointerEnter={onPrepare}
      >
        {isActive(state) ? 'Send' : 'Talk'}
      </button>
    </form>
  );
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
