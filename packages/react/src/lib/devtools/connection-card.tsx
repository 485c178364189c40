import { useId, type ReactNode } from 'react';
import type { ConnectionView } from './connection-inspector.ts';
import { describePhase, type ConnectionPhase } from './connection-log.ts';

const MAX_PAST_MS = 300_000;
const MIN_RANGE_MS = 15_000;
const MAX_SHOWN_ENTRIES = 12;

/** One connection: its status, its attempts and calls along a time axis, and the same as a list. */
export function ConnectionCard({ view }: { readonly view: ConnectionView }): ReactNode {
  const { name, phases, nowMs } = view;
  const headingId = useId();
  const status = phases.at(-1)?.status ?? 'idle';
  const description = describeConnection(phases);
  const fromMs = Math.max(nowMs - MAX_PAST_MS, Math.min(nowMs - MIN_RANGE_MS, phases[0]?.fromMs ?? nowMs));
  return (
    <article className="rs-card" aria-labelledby={headingId}>
      <header>
        <h3 id={headingId}>{name}</h3>
        <span className={`rs-status ${status === 'failed' ? 'rs-is-failed' : ''}`}>{status}</span>
      </header>
      <p>
        {description}
        {describeLive(view)}
        {describeLimits(view)}
      </p>
      <div className="rs-timeline" role="img" aria-label={description}>
        <span className="rs-name">call</span>
        <div className="rs-row">
          {phases.map((phase, index) => (
            <PhaseBar key={index} phase={phase} fromMs={fromMs} nowMs={nowMs} />
          ))}
        </div>
      </div>
      <details>
        <summary>Attempts</summary>
        <ol>
          {phases
            .slice(-MAX_SHOWN_ENTRIES)
            .reverse()
            .map((phase) => (
              <li key={`${phase.fromMs} ${describePhase(phase)}`}>
                <time>{new Date(phase.fromMs).toLocaleTimeString()}</time> {describePhase(phase)}
              </li>
            ))}
        </ol>
      </details>
    </article>
  );
}

interface PhaseBarProps {
  readonly phase: ConnectionPhase;
  readonly fromMs: number;
  readonly nowMs: number;
}

function PhaseBar({ phase, fromMs, nowMs }: PhaseBarProps): ReactNode {
  const className = toClassName(phase.status);
  const untilMs = phase.status === 'failed' ? phase.fromMs : (phase.untilMs ?? nowMs);
  if (className === undefined || untilMs < fromMs) return null;
  const toPercent = (ms: number): number => (100 * (Math.max(ms, fromMs) - fromMs)) / (nowMs - fromMs);
  const start = toPercent(phase.fromMs);
  return (
    <i
      className={className}
      style={{ insetInlineStart: `${start}%`, width: `${toPercent(untilMs) - start}%` }}
      title={describePhase(phase)}
    />
  );
}

function toClassName(status: ConnectionPhase['status']): string | undefined {
  switch (status) {
    case 'connected':
      return 'rs-life';
    case 'connecting':
      return 'rs-mint';
    case 'reconnecting':
      return 'rs-lead';
    case 'failed':
      return 'rs-failed';
    case 'idle':
    case 'closed':
      return undefined;
  }
}

function describeConnection(phases: readonly ConnectionPhase[]): string {
  const attempts = phases.filter(({ status }) => status === 'connecting' || status === 'reconnecting').length;
  const calls = phases.filter(({ status }) => status === 'connected').length;
  const failed = phases.filter(({ status }) => status === 'failed').length;
  const last = phases.at(-1);
  return `Now ${last ? describePhase(last) : 'idle'}. ${toCount(attempts, 'attempt')}, ${toCount(calls, 'call')}, ${failed} failed.`;
}

/** Live bills each session by the second, and at least 15 seconds. */
function describeLive({ phases, nowMs }: ConnectionView): string {
  const sessions = phases.filter(({ api }) => api === 'live');
  if (sessions.length === 0) return '';
  const ms = sessions.reduce((sum, { fromMs, untilMs = nowMs }) => sum + untilMs - fromMs, 0);
  return ` ${toCount(sessions.length, 'Live session')}, ${Math.round(ms / 1_000)} s.`;
}

function describeLimits({ endsAtMs, budgetLeft, nowMs }: ConnectionView): string {
  const seconds = endsAtMs === undefined ? undefined : Math.max(0, Math.ceil((endsAtMs - nowMs) / 1_000));
  const time = seconds === undefined ? '' : ` The server ends the call in ${seconds} s.`;
  return budgetLeft === undefined ? time : `${time} Budget left: ${budgetLeft}.`;
}

function toCount(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
