import type { ConnectionState, ConnectionStatus } from '@realtime-session/webrtc';

const MAX_LENGTH = 60;

/** A period in which a connection had one status: an attempt to open a call, an open call, or a wait. In milliseconds since 1970. */
export interface ConnectionPhase {
  readonly status: ConnectionStatus;
  /** The number of the attempt to reconnect. */
  readonly attempt: number | undefined;
  /** The API of an open call. */
  readonly api: 'realtime' | 'live' | undefined;
  readonly fromMs: number;
  /** `undefined` while it lasts. */
  readonly untilMs: number | undefined;
  /** The code of the error that the phase started with. */
  readonly errorCode: string | undefined;
  /** Why the server ended the call before. */
  readonly reason: string | undefined;
}

/** Starts with the current state of a connection. The oldest phase is the first. Never holds a token or an event. */
export function recordPhase(
  phases: readonly ConnectionPhase[],
  state: ConnectionState,
  nowMs: number,
): readonly ConnectionPhase[] {
  const attempt = state.status === 'reconnecting' ? state.attempt : undefined;
  const last = phases.at(-1);
  if (last?.status === state.status && last.attempt === attempt) return phases;
  const { code: errorCode, reason } = 'error' in state ? state.error : {};
  const phase = {
    status: state.status,
    attempt,
    api: state.status === 'connected' ? state.api : undefined,
    fromMs: nowMs,
    untilMs: undefined,
    errorCode,
    reason,
  };
  const ended = last ? [...phases.slice(0, -1), { ...last, untilMs: nowMs }] : [];
  return [...ended, phase].slice(-MAX_LENGTH);
}

export function describePhase({ status, attempt, api, errorCode, reason }: ConnectionPhase): string {
  if (api === 'live') return `${status} to Live`;
  const number = attempt === undefined ? '' : `, attempt ${attempt}`;
  const cause = reason === undefined ? '' : ` (${reason})`;
  return `${status}${number}${errorCode === undefined ? '' : `: ${errorCode}${cause}`}`;
}
