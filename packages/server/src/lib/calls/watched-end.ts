import type { Principal } from '../request-context.ts';
import { persist } from './call-context.ts';
import type { CallContext, CallRef } from './call-context.ts';

/** Longest time between the last renewal of a lost process and the takeover of its calls. */
export const MAX_UNWATCHED_MS = 13_000;

/** A process learns within this time that another one has ended a call that it watches. */
const ACKNOWLEDGE_MS = 5000;

const WATCHED = 'watched until its end';

/** Records that this process watched a call until another one had ended it, unless it was frozen then. */
export async function acknowledgeEnd<P extends Principal>(
  context: CallContext<P>,
  id: string,
): Promise<void> {
  const { thawedAtMs, config } = context;
  if (context.wasFrozen() || config.clock.monotonicMs() - thawedAtMs < ACKNOWLEDGE_MS) return;
  await persist(context, (store) => store.claim(id, WATCHED));
}

/** Reports what may not have been counted of a call that this process has ended but not watched, unless a living process watched it. */
async function reportUnwatched<P extends Principal>(
  context: CallContext<P>,
  call: CallRef,
  endingMs: number,
): Promise<void> {
  await context.pause(ACKNOWLEDGE_MS);
  if (context.closed.aborted) return;
  const claim = await persist(context, (store) => store.claim(call.id, WATCHED));
  if (claim === 'first') context.emit(call, { type: 'usage-gap', durationMs: MAX_UNWATCHED_MS + endingMs });
}

interface Finished {
  /** Set if this process watched the call. */
  readonly local: object | undefined;
  /** Set if this process has ended the call. */
  readonly ended: object | undefined;
  /** How long it took to end the call. */
  readonly endingMs: number;
}

/** Several processes can end a call, and one of them watches it. */
export function compareWatched<P extends Principal>(
  context: CallContext<P>,
  call: CallRef,
  { local, ended, endingMs }: Finished,
): void {
  const isWatched = context.lease !== undefined && context.config.upstream.sideband !== 'at-end';
  if (!isWatched) return;
  if (local !== undefined && ended === undefined) void acknowledgeEnd(context, call.id);
  if (local === undefined && ended !== undefined) void reportUnwatched(context, call, endingMs);
}
