import type { RefreshReason, TokenEvent } from '@realtime-session/core';
import type { CallState } from '../conversation/call-state.ts';
import type { Mode } from '../conversation/conversation.ts';
import { describeTokenError } from '../describe-error.ts';
import { formatCountdown, formatDuration } from '../format.ts';

export interface TimelineEntry {
  readonly id: number;
  /** When it last happened on the page's clock, in milliseconds since 1970. */
  readonly atMs: number;
  /** Whom it is about. */
  readonly source: 'you' | 'token' | 'call';
  /** Color of the entry. */
  readonly tone: 'neutral' | 'good' | 'bad';
  readonly title: string;
  readonly detail: string;
  /** How many times in a row. */
  readonly count: number;
}

export interface Timeline {
  /** Oldest first. */
  readonly entries: readonly TimelineEntry[];
  /** Since when the current call is opening or lost, in milliseconds since 1970. */
  readonly waitingSinceMs: number;
  readonly callStatus: CallState['status'];
}

export type TimelineAction =
  | { readonly type: 'token'; readonly event: TokenEvent }
  | {
      readonly type: 'call';
      readonly mode: Mode;
      readonly state: CallState;
      readonly atMs: number;
      /** How long the current token can still open calls. `undefined` if the page has no token. */
      readonly tokenRemainingMs: number | undefined;
    }
  /** The user did something to the token, the network, the server or the API. */
  | { readonly type: 'you'; readonly title: string; readonly detail: string; readonly atMs: number };

type Description = Pick<TimelineEntry, 'tone' | 'title' | 'detail'>;

const MAX_ENTRIES = 100;
const EXPIRED = 'Token expired';

export const emptyTimeline: Timeline = { entries: [], waitingSinceMs: 0, callStatus: 'idle' };

/** Adds what happened, in the order of time. */
export function timelineReducer(timeline: Timeline, action: TimelineAction): Timeline {
  switch (action.type) {
    case 'token': {
      const { event } = action;
      return addAll(timeline, { source: 'token', atMs: event.atMs }, describeTokenEvent(timeline, event));
    }
    case 'call': {
      const { state, atMs } = action;
      const isNewWait =
        state.status === 'connecting' ||
        (state.status === 'reconnecting' && timeline.callStatus !== 'reconnecting');
      const waitingSinceMs = isNewWait ? atMs : timeline.waitingSinceMs;
      const next = addAll(timeline, { source: 'call', atMs }, describeCallChange(timeline, action));
      return { ...next, waitingSinceMs, callStatus: state.status };
    }
    case 'you': {
      const { title, detail, atMs } = action;
      return addAll(timeline, { source: 'you', atMs }, [{ tone: 'neutral', title, detail }]);
    }
  }
}

function addAll(
  timeline: Timeline,
  base: Pick<TimelineEntry, 'source' | 'atMs'>,
  descriptions: readonly Description[],
): Timeline {
  const entries = descriptions.reduce(
    (list, description) => addEntry(list, base, description),
    timeline.entries,
  );
  return { ...timeline, entries };
}

/** A repeated failure increments the count of the entry before it. */
function addEntry(
  entries: readonly TimelineEntry[],
  base: Pick<TimelineEntry, 'source' | 'atMs'>,
  description: Description,
): readonly TimelineEntry[] {
  const latest = entries.at(-1);
  if (latest?.tone === 'bad' && latest.source === base.source && latest.title === description.title) {
    const repeated = { ...latest, ...description, atMs: base.atMs, count: latest.count + 1 };
    return [...entries.slice(0, -1), repeated];
  }
  const id = Math.max(0, ...entries.map((entry) => entry.id)) + 1;
  const entry = { id, count: 1, ...base, ...description };
  // Token events have their own time, which can be before that of an entry that is there already.
  const isLater = ({ atMs }: TimelineEntry): boolean => atMs > base.atMs;
  const before = entries.filter((other) => !isLater(other));
  return [...before, entry, ...entries.filter(isLater)].slice(-MAX_ENTRIES);
}

function describeTokenEvent({ entries }: Timeline, event: TokenEvent): readonly Description[] {
  switch (event.type) {
    case 'mint-succeeded': {
      const title = describeMint(event, entries.filter(({ source }) => source === 'token').at(-1)?.title);
      const detail = `valid for ${formatDuration(event.lifetimeMs)}, took ${formatDuration(event.durationMs)}`;
      return [{ tone: 'good', title, detail }];
    }
    case 'mint-failed': {
      const { title } = describeTokenError(event.error);
      return [{ tone: 'bad', title, detail: `attempt ${event.attempt}` }];
    }
    case 'token-expired':
      return [{ tone: 'bad', title: EXPIRED, detail: 'an open call continues without it' }];
    case 'token-invalidated':
      return [
        { tone: 'bad', title: 'Token rejected', detail: 'by the API; asking your server for a new one' },
      ];
    case 'refresh-paused':
      return [{ tone: 'neutral', title: 'Refreshing paused', detail: 'the last tokens were not used' }];
    case 'mint-started':
    case 'mint-dropped':
    case 'reset':
    case 'disposed':
      return [];
  }
}

const mintTitles: Readonly<Record<RefreshReason, string>> = {
  initial: 'First token',
  proactive: 'Refreshed before expiry',
  demand: 'New token',
  forced: 'New token on request',
  invalidated: 'New token after a rejection',
  visible: 'New token for the visible page',
  online: 'New token, the network is back',
  resume: 'New token',
};

function describeMint(
  { attempt, reason }: Extract<TokenEvent, { type: 'mint-succeeded' }>,
  previousTitle: string | undefined,
): string {
  if (attempt > 1) return `New token after ${formatFailures(attempt - 1)}`;
  return previousTitle === EXPIRED ? 'New token' : mintTitles[reason];
}

function formatFailures(count: number): string {
  return count === 1 ? 'a failed attempt' : `${count} failed attempts`;
}

function describeCallChange(
  { callStatus, waitingSinceMs }: Timeline,
  { mode, state, atMs, tokenRemainingMs }: Extract<TimelineAction, { type: 'call' }>,
): readonly Description[] {
  const noun = mode === 'voice' ? 'Call' : 'Session';
  const waited = formatDuration(atMs - waitingSinceMs);
  const token =
    tokenRemainingMs === undefined ? '' : `token valid for ${formatCountdown(tokenRemainingMs)} more`;
  switch (state.status) {
    case 'idle':
      return [];
    case 'connecting':
      return [{ tone: 'neutral', title: mode === 'voice' ? 'Calling' : 'Opening a session', detail: '' }];
    case 'connected':
      return callStatus === 'reconnecting'
        ? [
            {
              tone: 'good',
              title: `Back after ${waited}${token === '' ? '' : ' with a fresh token'}`,
              detail: token,
            },
          ]
        : [{ tone: 'good', title: `Connected after ${waited}`, detail: token }];
    case 'reconnecting': {
      const attempt: Description = {
        tone: 'neutral',
        title: 'Reconnecting',
        detail: `attempt ${state.attempt}`,
      };
      return callStatus === 'reconnecting'
        ? [{ tone: 'bad', title: 'Still lost', detail: state.reason }, attempt]
        : [{ tone: 'bad', title: `${noun} lost`, detail: '' }, attempt];
    }
    case 'closed':
      return [{ tone: 'neutral', title: 'You hung up', detail: '' }];
    case 'failed':
      return [{ tone: 'bad', title: `${noun} ended`, detail: state.reason }];
  }
}
