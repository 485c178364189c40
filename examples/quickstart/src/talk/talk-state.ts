import type { ServerEvent } from './server-event.ts';

/** The connection. It is apart from the token: an expired token does not end a session. */
export type Line =
  | { readonly status: 'idle' }
  | { readonly status: 'connecting' }
  | { readonly status: 'live'; readonly answering: 'yes' | 'no' }
  | { readonly status: 'reconnecting'; readonly attempt: number }
  | { readonly status: 'ended' }
  | { readonly status: 'failed'; readonly reason: string };

/** One line of the list of events; a run of the same type is one line. */
export interface LoggedEvent {
  /** Unique in its list. */
  readonly id: number;
  /** Who sent it. */
  readonly from: 'page' | 'api';
  /** Such as `response.done`. */
  readonly type: string;
  /** How often in a row. */
  readonly count: number;
  /** Time since the click, in milliseconds. */
  readonly atMs: number;
}

/** Everything the talk panel shows. */
export interface TalkState {
  /** The connection. */
  readonly line: Line;
  /** What was answered last, so far. */
  readonly answer: string;
  /** Newest last. */
  readonly log: readonly LoggedEvent[];
}

/** What may happen. */
export type TalkAction =
  | { readonly type: 'dialed' }
  | { readonly type: 'opened' }
  | { readonly type: 'reconnecting'; readonly attempt: number }
  | { readonly type: 'sent'; readonly eventType: string; readonly atMs: number }
  | { readonly type: 'received'; readonly event: ServerEvent; readonly atMs: number }
  | { readonly type: 'ended' }
  | { readonly type: 'failed'; readonly reason: string };

/** Before the first call. */
export const silence: TalkState = { line: { status: 'idle' }, answer: '', log: [] };

/** What the panel shows after something happened. */
export function talk(state: TalkState, action: TalkAction): TalkState {
  switch (action.type) {
    case 'dialed':
      return { ...silence, line: { status: 'connecting' } };
    case 'opened':
      return { ...state, line: { status: 'live', answering: 'no' } };
    case 'reconnecting':
      return { ...state, line: { status: 'reconnecting', attempt: action.attempt } };
    case 'sent':
      return {
        ...state,
        log: logged(state.log, { from: 'page', type: action.eventType, atMs: action.atMs }),
      };
    case 'received':
      return received(state, action.event, action.atMs);
    case 'ended':
      return { ...state, line: { status: 'ended' } };
    case 'failed':
      return { ...state, line: { status: 'failed', reason: action.reason } };
  }
}

function received(state: TalkState, event: ServerEvent, atMs: number): TalkState {
  const log = logged(state.log, { from: 'api', type: event.type, atMs });
  switch (event.type) {
    case 'response.created':
      return { ...state, log, answer: '', line: { status: 'live', answering: 'yes' } };
    case 'response.done':
      return { ...state, log, line: { status: 'live', answering: 'no' } };
    case 'response.output_text.delta':
    case 'response.output_audio_transcript.delta':
      return { ...state, log, answer: state.answer + (event.delta ?? '') };
    default:
      return { ...state, log };
  }
}

function logged(
  log: readonly LoggedEvent[],
  news: Pick<LoggedEvent, 'from' | 'type' | 'atMs'>,
): readonly LoggedEvent[] {
  const last = log.at(-1);
  const run = log.slice(-3).find((entry) => isDelta(news.type) && entry.type === news.type);
  if (run !== undefined)
    return log.map((entry) => (entry === run ? { ...run, count: run.count + 1 } : entry));
  return [...log, { id: (last?.id ?? 0) + 1, count: 1, ...news }];
}

/** Pieces of an answer come by the dozen, words and sound in turn. */
function isDelta(type: string): boolean {
  return type.endsWith('.delta');
}
