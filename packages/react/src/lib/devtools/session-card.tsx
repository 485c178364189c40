import type { TokenState } from '@realtime-session/core';
import { useId, type ReactNode } from 'react';
import type { SessionView } from './inspector.ts';
import { Timeline } from './timeline.tsx';

const MAX_SHOWN_ENTRIES = 12;

/** One session: its state, its timeline and its log, and a button to invalidate its token. */
export function SessionCard({ view }: { readonly view: SessionView }): ReactNode {
  const { name, state, token, entries } = view;
  const headingId = useId();
  const description = describeSession(view);
  return (
    <article className="rs-card" aria-labelledby={headingId}>
      <header>
        <h3 id={headingId}>{name}</h3>
        <span className={`rs-status rs-is-${state.status}`}>{state.status}</span>
        {token !== undefined && <code>{token}</code>}
      </header>
      <p>{description}</p>
      <Timeline view={view} label={description} />
      <div className="rs-buttons">
        <button type="button" onClick={view.invalidate} disabled={state.status === 'disposed'}>
          Invalidate token
        </button>
      </div>
      <details>
        <summary>Events</summary>
        <ol>
          {entries
            .slice(-MAX_SHOWN_ENTRIES)
            .reverse()
            .map(({ id, atMs, text }) => (
              <li key={id}>
                <time>{new Date(atMs).toLocaleTimeString()}</time> {text}
              </li>
            ))}
        </ol>
      </details>
    </article>
  );
}

function describeSession({ state, nowMs, mints }: SessionView): string {
  const failed = mints.filter(({ outcome }) => outcome === 'failed').length;
  const mintCount = `${mints.length} mint${mints.length === 1 ? '' : 's'}`;
  return `${describeState(state, nowMs)} ${mintCount}, ${failed} failed.`;
}

function describeState(state: TokenState, nowMs: number): string {
  switch (state.status) {
    case 'ready':
      return `${describeExpiry(state.expiresAtMs, nowMs)}${describeRefresh(state, nowMs)}.`;
    case 'loading':
      return state.retryAtMs === undefined
        ? `No token: attempt ${state.attempt} is running.`
        : `No token: attempt ${state.attempt} starts ${inSeconds(state.retryAtMs, nowMs)}.`;
    case 'failed':
      return `No token: failed with ${state.error.code}.`;
    case 'idle':
      return 'No token was requested.';
    case 'disposed':
      return 'Disposed.';
  }
}

function describeExpiry(expiresAtMs: number | undefined, nowMs: number): string {
  return expiresAtMs === undefined
    ? 'Token with unknown expiry'
    : `Token expires ${inSeconds(expiresAtMs, nowMs)}`;
}

function describeRefresh(
  { refreshAtMs, refreshing }: Extract<TokenState, { status: 'ready' }>,
  nowMs: number,
): string {
  if (refreshing) return ', refresh is running';
  return refreshAtMs === undefined ? '' : `, refresh ${inSeconds(refreshAtMs, nowMs)}`;
}

function inSeconds(atMs: number, nowMs: number): string {
  return `in ${Math.max(0, Math.round((atMs - nowMs) / 1_000))} s`;
}
