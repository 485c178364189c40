import type { ReactNode } from 'react';
import type { SessionView } from './inspector.ts';
import type { Mint, TokenLifetime } from './session-log.ts';

const MAX_PAST_MS = 300_000;
const MARGIN_MS = 15_000;

interface TimelineProps {
  readonly view: SessionView;
  /** The same information as text, for users who cannot see it. */
  readonly label: string;
}

/** A session's tokens and mints along one time axis. */
export function Timeline({ view, label }: TimelineProps): ReactNode {
  const range = toTimeRange(view);
  const { lifetimes, mints, nowMs } = view;
  return (
    <div className="rs-timeline" role="img" aria-label={label}>
      <Row name="token">
        {lifetimes.map((lifetime, index) => (
          <LifetimeBar key={index} lifetime={lifetime} range={range} nowMs={nowMs} />
        ))}
      </Row>
      <Row name="mints">
        {mints.map((mint, index) => (
          <MintBar key={index} mint={mint} range={range} nowMs={nowMs} />
        ))}
      </Row>
      <div className="rs-axis">
        <Bar className="rs-now" extent={toExtent(range, nowMs, nowMs)} />
      </div>
    </div>
  );
}

function Row({ name, children }: { readonly name: string; readonly children: ReactNode }): ReactNode {
  return (
    <>
      <span className="rs-name">{name}</span>
      <div className="rs-row">{children}</div>
    </>
  );
}

interface MarkProps {
  readonly range: TimeRange;
  readonly nowMs: number;
}

function LifetimeBar({
  lifetime,
  range,
  nowMs,
}: MarkProps & { readonly lifetime: TokenLifetime }): ReactNode {
  const { fromMs, expiresAtMs = nowMs, refreshAtMs, endedAtMs } = lifetime;
  const untilMs = endedAtMs ?? expiresAtMs;
  const leadMs = refreshAtMs ?? untilMs;
  return (
    <>
      <Bar className="rs-life" extent={toExtent(range, fromMs, untilMs)} title="token" />
      {leadMs < untilMs && <Bar className="rs-lead" extent={toExtent(range, leadMs, untilMs)} title="lead" />}
    </>
  );
}

function MintBar({ mint, range, nowMs }: MarkProps & { readonly mint: Mint }): ReactNode {
  const { fromMs, untilMs = nowMs, outcome, reason } = mint;
  return (
    <Bar
      className={`rs-mint rs-${outcome}`}
      extent={toExtent(range, fromMs, untilMs)}
      title={`mint ${outcome}: ${reason}`}
    />
  );
}

interface BarProps {
  readonly className: string;
  readonly extent: Extent | undefined;
  readonly title?: string;
}

function Bar({ className, extent, title }: BarProps): ReactNode {
  return (
    extent && (
      <i
        className={className}
        style={{ insetInlineStart: extent.start, width: extent.width }}
        title={title}
      />
    )
  );
}

interface TimeRange {
  readonly fromMs: number;
  readonly untilMs: number;
}

/** From the first known event, five minutes back at most, to shortly after the token's expiry. */
function toTimeRange({ lifetimes, mints, nowMs }: SessionView): TimeRange {
  const starts = [...lifetimes, ...mints].map(({ fromMs }) => fromMs);
  const fromMs = Math.max(nowMs - MAX_PAST_MS, Math.min(nowMs - MARGIN_MS, ...starts));
  const last = lifetimes.at(-1);
  const lastMs = last?.endedAtMs === undefined ? (last?.expiresAtMs ?? nowMs) : nowMs;
  return { fromMs, untilMs: Math.max(nowMs, lastMs) + MARGIN_MS };
}

/** A part of the time range, in CSS percentages. */
interface Extent {
  readonly start: string;
  readonly width: string;
}

/** Clips a period to the range. Returns `undefined` if it is outside. */
function toExtent(range: TimeRange, fromMs: number, untilMs: number): Extent | undefined {
  if (untilMs < range.fromMs || fromMs > range.untilMs) return undefined;
  const toPercent = (ms: number): number =>
    (100 * (Math.min(Math.max(ms, range.fromMs), range.untilMs) - range.fromMs)) /
    (range.untilMs - range.fromMs);
  const start = toPercent(fromMs);
  return { start: `${start}%`, width: `${toPercent(untilMs) - start}%` };
}
