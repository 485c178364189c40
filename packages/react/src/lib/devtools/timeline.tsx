import type { ReactNode } from 'react';
import type { Call, Life, Mint } from './manager-record.ts';
import { sentencesOf } from './sentences.ts';
import { stretch, windowOf, type Stretch, type TimeWindow } from './time-window.ts';
import type { ManagerView } from './view-manager.ts';

/** Props of {@link Timeline}. */
export interface TimelineProps {
  /** Whose. */
  readonly view: ManagerView;
}

/** A manager's tokens, mints and callers along one axis of time; told in words to who cannot see it. */
export function Timeline({ view }: TimelineProps): ReactNode {
  const window = windowOf(view);
  const { lives, mints, calls, nowMs } = view;
  return (
    <div className="rs-timeline" role="img" aria-label={sentencesOf(view).join(' ')}>
      <Row name="token">
        {lives.map((life, index) => (
          <LifeBar key={index} life={life} window={window} nowMs={nowMs} />
        ))}
      </Row>
      <Row name="mints">
        {mints.map((mint, index) => (
          <MintMark key={index} mint={mint} window={window} nowMs={nowMs} />
        ))}
      </Row>
      <Row name="calls">
        {calls.map((call) => (
          <CallMark key={call.id} call={call} window={window} nowMs={nowMs} />
        ))}
      </Row>
      <div className="rs-axis">
        <Bar className="rs-now" at={stretch(window, nowMs, nowMs)} />
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

interface BarProps {
  readonly className: string;
  readonly at: Stretch | undefined;
  readonly title?: string;
}

function Bar({ className, at, title }: BarProps): ReactNode {
  return (
    at && <i className={className} style={{ insetInlineStart: at.left, width: at.width }} title={title} />
  );
}

interface MarkProps {
  readonly window: TimeWindow;
  readonly nowMs: number;
}

function LifeBar({ life, window, nowMs }: MarkProps & { readonly life: Life }): ReactNode {
  const { fromMs, expiresAtMs = nowMs, refreshAtMs, endedAtMs } = life;
  const untilMs = endedAtMs ?? expiresAtMs;
  const leadMs = refreshAtMs ?? untilMs;
  return (
    <>
      <Bar className="rs-life" at={stretch(window, fromMs, untilMs)} title="token" />
      {leadMs < untilMs && <Bar className="rs-lead" at={stretch(window, leadMs, untilMs)} title="lead" />}
    </>
  );
}

function MintMark({ mint, window, nowMs }: MarkProps & { readonly mint: Mint }): ReactNode {
  const { fromMs, untilMs = nowMs, outcome, reason } = mint;
  return (
    <Bar
      className={`rs-mint rs-${outcome}`}
      at={stretch(window, fromMs, untilMs)}
      title={`mint ${outcome}: ${reason}`}
    />
  );
}

function CallMark({ call, window, nowMs }: MarkProps & { readonly call: Call }): ReactNode {
  const { fromMs, untilMs = nowMs, outcome } = call;
  return (
    <Bar
      className={`rs-call rs-${outcome}`}
      at={stretch(window, fromMs, untilMs)}
      title={`caller ${outcome}`}
    />
  );
}
