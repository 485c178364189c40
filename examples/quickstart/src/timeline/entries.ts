import type { RefreshReason, TokenEvent } from '@realtime-session/core';
import { describeError } from '../token/describe-error.ts';

/** One line of the timeline. */
export interface Entry {
  /** Unique in its list. */
  readonly id: number;
  /** When it happened last, in milliseconds since 1970. */
  readonly atMs: number;
  /** Colors the line. */
  readonly tone: 'calm' | 'good' | 'bad';
  /** What happened. */
  readonly title: string;
  /** More about it. */
  readonly detail: string;
  /** How often in a row. */
  readonly count: number;
}

type News = Pick<Entry, 'tone' | 'title' | 'detail'>;

/** Older lines are dropped. */
const KEPT = 24;

/** Adds an event to the timeline, newest first; the same thing again counts up instead. */
export function addEvent(entries: readonly Entry[], event: TokenEvent): readonly Entry[] {
  const news = describeEvent(event);
  if (news === undefined) return entries;
  const [latest, ...rest] = entries;
  if (latest?.tone === 'bad' && latest.title === news.title) {
    return [{ ...latest, ...news, atMs: event.atMs, count: latest.count + 1 }, ...rest];
  }
  return [{ id: (latest?.id ?? 0) + 1, atMs: event.atMs, count: 1, ...news }, ...entries.slice(0, KEPT - 1)];
}

function describeEvent(event: TokenEvent): News | undefined {
  switch (event.type) {
    case 'mint-succeeded':
      return {
        tone: 'good',
        title: minted[event.reason],
        detail: `lives ${Math.round(event.lifetimeMs / 1000)} s, took ${Math.round(event.durationMs)} ms`,
      };
    case 'mint-failed':
      return { tone: 'bad', title: describeError(event.error).title, detail: `try ${event.attempt}` };
    case 'token-expired':
      return { tone: 'bad', title: 'Token expired', detail: 'no replacement came in time' };
    case 'token-invalidated':
      return {
        tone: 'calm',
        title: 'Token refused',
        detail: 'the API did not take it, a new one is fetched',
      };
    case 'refresh-paused':
      return { tone: 'calm', title: 'Refreshing rests', detail: 'nobody took the last tokens' };
    case 'mint-started':
    case 'mint-dropped':
    case 'reset':
    case 'disposed':
      return undefined;
  }
}

const minted: Readonly<Record<RefreshReason, string>> = {
  initial: 'First token minted',
  proactive: 'Refreshed ahead of expiry',
  demand: 'Minted on demand',
  forced: 'Minted on request',
  invalidated: 'Minted after a refusal',
  visible: 'Refreshed on return to the page',
  online: 'Refreshed back online',
  resume: 'Refreshed after sleep',
};
