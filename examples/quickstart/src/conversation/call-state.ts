import type { ConversationAction, Mode } from './conversation.ts';

/**
 * The state of a call over WebRTC, or of a session over WebSocket. It is independent of the token: a call continues after
 * its token has expired.
 */
export type CallState =
  | { readonly status: 'idle' | 'connecting' | 'connected' | 'closed' }
  | { readonly status: 'reconnecting'; readonly attempt: number; readonly reason: string }
  | { readonly status: 'failed'; readonly reason: string };

/** What the panel can do with a call. */
export interface Call {
  readonly state: CallState;
  /**
   * Opens a call if none is open, sends the message and requests a response. An empty message only opens the call. Call it
   * in a click handler.
   */
  readonly sendMessage: (message: string) => void;
  readonly hangUp: () => void;
}

export function isActive({ status }: CallState): boolean {
  return status === 'connecting' || status === 'connected' || status === 'reconnecting';
}

/** Describes the state next to the heading of the panel. */
export function describeCall(state: CallState): string {
  switch (state.status) {
    case 'idle':
      return 'Not connected';
    case 'connecting':
      return 'Connecting';
    case 'connected':
      return 'Connected';
    case 'reconnecting':
      return `Reconnecting, attempt ${state.attempt}`;
    case 'closed':
      return 'Ended';
    case 'failed':
      return 'Failed';
  }
}

/** What a change of the call means for the conversation. */
export function toConversationActions(
  mode: Mode,
  state: CallState,
  previous: CallState['status'],
): readonly ConversationAction[] {
  const noun = mode === 'voice' ? 'call' : 'session';
  const notice = (text: string) => ({ type: 'noticed', tone: 'neutral', text }) as const;
  switch (state.status) {
    case 'reconnecting':
      return previous === 'reconnecting' ? [] : [{ type: 'disconnected' }, notice(`The ${noun} was lost.`)];
    case 'connected':
      return previous === 'reconnecting'
        ? [notice(`The ${noun} is back. It is a new one: the model does not remember what is above.`)]
        : [];
    case 'closed':
      return [{ type: 'disconnected' }, notice(`You ended the ${noun}.`)];
    case 'failed':
      return [{ type: 'disconnected' }, { type: 'noticed', tone: 'bad', text: state.reason }];
    case 'idle':
    case 'connecting':
      return [];
  }
}
