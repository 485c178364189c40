import type { ServerEvent } from './events.ts';

/** The connection. It is independent of the token: a session continues after its token has expired. */
export type ConnectionState =
  | { readonly status: 'idle' }
  | { readonly status: 'connecting' }
  | { readonly status: 'connected'; readonly isResponding: boolean }
  | { readonly status: 'reconnecting'; readonly attempt: number }
  | { readonly status: 'ended' }
  | { readonly status: 'failed'; readonly reason: string };

/** One row of the event list. Consecutive deltas of the same type share one row. */
export interface LoggedEvent {
  readonly id: number;
  readonly sender: 'page' | 'api';
  readonly type: string;
  /** How many events share this row. */
  readonly count: number;
  /** Time since the click, in milliseconds. */
  readonly atMs: number;
}

export interface TalkState {
  readonly connection: ConnectionState;
  /** The text of the latest response. */
  readonly answer: string;
  /** Oldest first. */
  readonly log: readonly LoggedEvent[];
}

export type TalkAction =
  | { readonly type: 'connecting' }
  | { readonly type: 'connected' }
  | { readonly type: 'reconnecting'; readonly attempt: number }
  | { readonly type: 'sent'; readonly eventType: string; readonly atMs: number }
  | { readonly type: 'received'; readonly event: ServerEvent; readonly atMs: number }
  | { readonly type: 'ended' }
  | { readonly type: 'failed'; readonly reason: string };

export const initialTalkState: TalkState = { connection: { status: 'idle' }, answer: '', log: [] };

export function talkReducer(state: TalkState, action: TalkAction): TalkState {
  switch (action.type) {
    case 'connecting':
      return { ...initialTalkState, connection: { status: 'connecting' } };
    case 'connected':
      return { ...state, connection: { status: 'connected', isResponding: false } };
    case 'reconnecting':
      return { ...state, connection: { status: 'reconnecting', attempt: action.attempt } };
    case 'sent':
      return {
        ...state,
        log: addToLog(state.log, { sender: 'page', type: action.eventType, atMs: action.atMs }),
      };
    case 'received':
      return receive(state, action.event, action.atMs);
    case 'ended':
      return { ...state, connection: { status: 'ended' } };
    case 'failed':
      return { ...state, connection: { status: 'failed', reason: action.reason } };
  }
}

function receive(state: TalkState, event: ServerEvent, atMs: number): TalkState {
  const log = addToLog(state.log, { sender: 'api', type: event.type, atMs });
  switch (event.type) {
    case 'response.created':
      return { ...state, log, answer: '', connection: { status: 'connected', isResponding: true } };
    case 'response.done':
      return { ...state, log, connection: { status: 'connected', isResponding: false } };
    case 'response.output_text.delta':
    case 'response.output_audio_transcript.delta':
      return { ...state, log, answer: state.answer + (event.delta ?? '') };
    default:
      return { ...state, log };
  }
}

function addToLog(
  log: readonly LoggedEvent[],
  event: Pick<LoggedEvent, 'sender' | 'type' | 'atMs'>,
): readonly LoggedEvent[] {
  // Text and audio deltas alternate, so the row of the same type can be a few rows back.
  const row = event.type.endsWith('.delta')
    ? log.slice(-3).find(({ type }) => type === event.type)
    : undefined;
  if (row !== undefined)
    return log.map((logged) => (logged === row ? { ...row, count: row.count + 1 } : logged));
  return [...log, { id: (log.at(-1)?.id ?? 0) + 1, count: 1, ...event }];
}
