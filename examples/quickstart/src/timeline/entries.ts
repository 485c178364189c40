import type { RefreshReason, TokenEvent } from '@realtime-session/core';
import { describeTokenError } from '../describe-error.ts';

export interface TimelineEntry {
  readonly id: number;
  /** When it last happened, in Unix milliseconds. */
  readonly atMs: number;
  /** Color of the entry. */
  readonly tone: 'neutral' | 'good' | 'bad';
  readonly title: string;
  readonly detail: string;
  /** How many times in a row. */
  readonly count: number;
}

type EventDescription = Pick<TimelineEntry, 'tone' | 'title' | 'detail'>;

const MAX_ENTRIES = 24;

/** Adds an event to the timeline, newest first. A repeated failure increments the count of the latest entry. */
export function addEvent(entries: readonly TimelineEntry[], event: TokenEvent): readonly TimelineEntry[] {
  const description = describeEvent(event);
  if (description === undefined) return entries;
  const [latest, ...rest] = entries;
  if (latest?.tone === 'bad' && latest.title === description.title) {
    return [{ ...latest, ...description, atMs: event.atMs, count: latest.count + 1 }, ...rest];
  }
  const entry = { id: (latest?.id ?? 0) + 1, atMs: event.atMs, count: 1, ...description };
  return [entry, ...entries.slice(0, MAX_ENTRIES - 1)];
}

function describeEvent(event: TokenEvent): EventDescription | undefined {
  switch (event.type) {
    case 'mint-succeeded':
      return {
        tone: 'good',
        title: mintTitles[event.reason],
        detail: `valid for ${Math.round(event.lifetimeMs / 1000)} s, took ${Math.round(event.durationMs)} ms`,
      };
    case 'mint-failed':
      return {
        tone: 'bad',
        title: describeTokenError(event.error).title,
        detail: `attempt ${event.attempt}`,
      };
    case 'token-expired':
      return { tone: 'bad', title: 'Token expired', detail: 'no replacement arrived in time' };
    case 'token-invalidated':
      return { tone: 'neutral', title: 'Token rejected', detail: 'by the API; fetching a new one' };
    case 'refresh-paused':
      return { tone: 'neutral', title: 'Refreshing paused', detail: 'the last tokens were not used' };
    case 'mint-started':
    case 'mint-dropped':
    case 'reset':
    case 'disposed':
      return undefined;
  }
}

const mintTitles: Readonly<Record<RefreshReason, string>> = {
  initial: 'First token minted',
  proactive: 'Refreshed before expiry',
  demand: 'Minted on demand',
  forced: 'Minted on request',
  invalidated: 'Minted after a rejection',
  visible: 'Refreshed when the page became visible',
  online: 'Refreshed when back online',
  resume: 'Refreshed after sleep',
};
