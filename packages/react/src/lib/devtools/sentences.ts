import type { TokenState } from '@realtime-session/core';
import type { ManagerView } from './view-manager.ts';

/**
 * A manager in words.
 *
 * @param view - Which.
 */
export function sentencesOf({ state, nowMs, mints, calls }: ManagerView): string[] {
  const failed = mints.filter(({ outcome }) => outcome === 'failed').length;
  const waiting = calls.filter(({ outcome }) => outcome === 'waiting').length;
  return [
    stateSentence(state, nowMs),
    `${count(mints.length, 'mint')}, ${failed} failed.`,
    `${count(calls.length, 'caller')}, ${waiting} waiting.`,
  ];
}

function stateSentence(state: TokenState, nowMs: number): string {
  switch (state.status) {
    case 'ready':
      return `Token ${state.expiresAtMs === undefined ? 'without a known end' : `expires ${inSeconds(state.expiresAtMs, nowMs)}`}${refreshClause(state, nowMs)}.`;
    case 'loading':
      return state.retryAtMs === undefined
        ? `No token; try ${state.attempt} is under way.`
        : `No token; try ${state.attempt} begins ${inSeconds(state.retryAtMs, nowMs)}.`;
    case 'failed':
      return `No token: ${state.error.code}.`;
    case 'idle':
      return 'No token, and nobody asked for one.';
    case 'disposed':
      return 'Over.';
  }
}

function refreshClause(
  { refreshAtMs, refreshing }: Extract<TokenState, { status: 'ready' }>,
  nowMs: number,
): string {
  if (refreshing) return ', its replacement is under way';
  return refreshAtMs === undefined ? '' : `, refresh ${inSeconds(refreshAtMs, nowMs)}`;
}

function inSeconds(atMs: number, nowMs: number): string {
  return `in ${Math.max(0, Math.round((atMs - nowMs) / 1_000))} s`;
}

function count(number: number, thing: string): string {
  return `${number} ${thing}${number === 1 ? '' : 's'}`;
}
