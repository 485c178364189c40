import { isActive, type CallState } from '../conversation/call-state.ts';
import type { VoiceCall } from '../conversation/use-voice.ts';
import { formatCountdown, formatDuration } from '../format.ts';
import { useNow } from '../page-clock.ts';
import { callLimits, liveLimits } from './call-limits.ts';
import '../token/token.css';

const labels: Readonly<Record<CallState['status'], string>> = {
  idle: 'No call',
  connecting: 'Calling',
  connected: 'Open',
  reconnecting: 'Lost',
  closed: 'Ended',
  failed: 'Ended',
};

type CallLimits = typeof callLimits;

const limitsOf: Readonly<Record<'realtime' | 'live', CallLimits>> = {
  realtime: callLimits,
  live: liveLimits,
};

/** Shows how long the server lets the call last, what is left of its budget, and why it ended. */
export function CallPanel({ api, voice }: { api: 'realtime' | 'live'; voice: VoiceCall }) {
  const { state, endsAtMs, budgetLeft } = voice;
  const limits = limitsOf[api];
  const tone = state.status === 'connected' ? 'good' : state.status === 'failed' ? 'bad' : 'neutral';
  return (
    <section className="card token" aria-labelledby="call-heading">
      <div className="card-head">
        <h2 id="call-heading">Call</h2>
        <p className="card-note">limited by the server</p>
      </div>
      <div role="status" className="token-state">
        <p className={`token-status is-${tone}`} data-testid="status" data-status={state.status}>
          {labels[state.status]}
        </p>
        <p className="token-sentence">
          {isActive(state) ? 'The server ends it at its limits.' : describeLimits(api, limits)}
        </p>
      </div>
      {endsAtMs === undefined ? (
        <div className="lifetime-track is-empty" aria-hidden="true" />
      ) : (
        <Limits api={api} limits={limits} endsAtMs={endsAtMs} budgetLeft={budgetLeft} />
      )}
      {state.status === 'failed' && (
        <div className="token-error" data-testid="call-end" data-reason={voice.error?.reason}>
          <p className="token-error-title">Call ended</p>
          <p className="token-error-advice">{state.reason}</p>
        </div>
      )}
    </section>
  );
}

function describeLimits(api: 'realtime' | 'live', { maxDurationMs, dollarsPerCall }: CallLimits): string {
  const price = api === 'live' ? ' Live costs $0.05 a minute, and at least 15 s.' : '';
  return `Each call: at most ${formatDuration(maxDurationMs)} and $${dollarsPerCall.toFixed(2)}.${price}`;
}

interface LimitsProps {
  readonly api: 'realtime' | 'live';
  readonly limits: CallLimits;
  readonly endsAtMs: number;
  readonly budgetLeft: number | undefined;
}

/** The time and the money that are left. Live costs money all the time, so the cost so far is shown instead. */
function Limits({ api, limits, endsAtMs, budgetLeft }: LimitsProps) {
  const leftMs = Math.max(0, endsAtMs - useNow(250));
  return (
    <>
      <Gauge
        name="Time left"
        testId="time-left"
        text={formatCountdown(leftMs)}
        fraction={leftMs / limits.maxDurationMs}
      />
      {budgetLeft !== undefined && (
        <Gauge
          name={api === 'live' ? 'Cost so far' : 'Money left'}
          testId={api === 'live' ? 'cost' : 'money-left'}
          text={formatDollars(api === 'live' ? limits.dollarsPerCall - budgetLeft : budgetLeft)}
          fraction={Math.max(0, budgetLeft) / limits.dollarsPerCall}
        />
      )}
    </>
  );
}

interface GaugeProps {
  readonly name: string;
  readonly testId: string;
  readonly text: string;
  /** What is left, from 0 to 1. */
  readonly fraction: number;
}

function Gauge({ name, testId, text, fraction }: GaugeProps) {
  const used = 1 - Math.min(1, fraction);
  return (
    <div className="lifetime">
      <dl className="lifetime-figures">
        <div>
          <dt>{name}</dt>
          <dd data-testid={testId}>{text}</dd>
        </div>
      </dl>
      <div
        className="lifetime-track"
        role="meter"
        aria-label={name}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={Math.round((1 - used) * 100)}
        aria-valuetext={text}
      >
        <span className="lifetime-elapsed" style={{ transform: `scaleX(${used})` }} />
      </div>
    </div>
  );
}

/** Formats a small amount: `$0.047`. Less than nothing is `$0.000`. */
function formatDollars(amount: number): string {
  return `$${Math.max(0, amount).toFixed(3)}`;
}
