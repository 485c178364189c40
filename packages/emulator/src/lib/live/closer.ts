import type { ApiErrorDetail } from '@realtime-session/protocol';
import { applyFault } from '../faults/apply-fault.ts';
import type { FaultEffect } from '../faults/apply-fault.ts';
import { ABNORMAL_CLOSURE } from '../state/registries.ts';
import type { EmulatorContext } from '../state/context.ts';
import { getClientEventId } from './client-events.ts';
import type { LiveClientEvent } from './client-events.ts';
import { decideClose } from './close-request.ts';
import type { CloseRequest } from './close-request.ts';
import type { Client } from './connections.ts';
import type { LiveEnding } from './ending.ts';
import type { Timers } from './timers.ts';

export interface CloserOptions {
  readonly timers: Timers;
  /** Called when the session starts to close. */
  readonly onStart: () => void;
  readonly finish: (ending: LiveEnding) => void;
  readonly fail: (client: Client, error: ApiErrorDetail, eventId: string | undefined) => void;
}

/** Closes a session when a client asks for it. */
export interface Closer {
  /** Starts to close. Does nothing if it has started. */
  close(client: Client, event: Extract<LiveClientEvent, { type: 'session.close' }>): Promise<void>;
}

export function createCloser(
  context: EmulatorContext,
  { timers, onStart, finish, fail }: CloserOptions,
): Closer {
  const { live } = context.settings;
  let state: 'open' | 'closing' = 'open';
  const start = (ending: LiveEnding, { lateMs, closedEvent }: CloseRequest): void => {
    if (state === 'closing') return;
    state = 'closing';
    onStart();
    const delayMs = live.closeDelayMs === 'never' ? 'never' : live.closeDelayMs + lateMs;
    timers.after(delayMs, () => finish({ ...ending, closedEvent }));
  };
  return {
    async close(client, event) {
      const eventId = getClientEventId(event);
      const decision = decideClose(client === 'page' ? { kind: 'none' } : await takeCloseFault(context));
      if (decision.kind === 'expired') {
        finish({ by: 'expired' });
        return;
      }
      if (decision.error !== undefined) fail(client, decision.error, eventId);
      if (decision.connection === 'broken' && client !== 'page') client.close(ABNORMAL_CLOSURE, '');
      if (decision.kind === 'refused') return;
      const clientEventId = live.acknowledgements === 'plain' ? undefined : eventId;
      const by = client === 'page' ? 'page' : 'hangup';
      start({ by, closeReason: 'close_requested', clientEventId }, decision);
    },
  };
}

/** `session.close` on a sideband is how a server ends a Live session: a fault of hangups applies to it. */
function takeCloseFault({ faults, clock, closing }: EmulatorContext): Promise<FaultEffect> {
  return applyFault(faults.takeFault('hangup'), { nowMs: clock.nowMs(), api: 'live', closing });
}
