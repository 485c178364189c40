import { useCallback, useReducer, type ActionDispatch } from 'react';
import { conversationReducer, type Conversation, type ConversationAction } from './conversation.ts';
import { emptyLog, eventLogReducer, type LoggedEvent } from './event-log.ts';

/** What was said, and the events of the latest call. The functions are stable. */
export interface ConversationStore {
  readonly conversation: Conversation;
  readonly events: readonly LoggedEvent[];
  readonly dispatch: ActionDispatch<[action: ConversationAction]>;
  /** Logs the type of an event. */
  readonly onEvent: (sender: LoggedEvent['sender'], eventType: string) => void;
  /** Empties the log of events: a new call starts. */
  readonly startLog: () => void;
}

export function useConversation(): ConversationStore {
  const [conversation, dispatch] = useReducer(conversationReducer, []);
  const [{ events }, dispatchLog] = useReducer(eventLogReducer, emptyLog);
  const onEvent = useCallback(
    (sender: LoggedEvent['sender'], eventType: string) =>
      dispatchLog({ type: 'logged', sender, eventType, atMs: performance.now() }),
    [],
  );
  const startLog = useCallback(() => dispatchLog({ type: 'started', atMs: performance.now() }), []);
  return { conversation, events, dispatch, onEvent, startLog };
}
