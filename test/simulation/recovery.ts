import { requestToken, openSession } from './callers.ts';
import { MAX_LATE_MS } from './machine.ts';
import { HEALTHY_MS } from './mint-server.ts';
import { takeLease } from './operations.ts';
import { openCalls, type Subject } from './subject.ts';
import type { World } from './world.ts';

/** How often the user checks the state, and tries again if nothing is running. */
const POLL_MS = 1_000;
/** Several, because a token may have a falsified expiry. */
const MAX_ATTEMPTS = 3;

export type Advance = (ms: number) => Promise<void>;

/**
 * Ends all faults and takes a lease. The manager must recover by itself, or with a new call if nothing is scheduled, within
 * one timeout + the longest cooldown + one interval + one response.
 */
export async function recover(world: World, subject: Subject, advance: Advance): Promise<void> {
  if (subject.isDisposed) return;
  endFaults(world, subject);
  takeLease(subject);
  const deadline = createDeadline(world, subject);
  const served = subject.served; // a single-use token may never appear in the state
  while (subject.served === served && subject.manager.getState().status !== 'ready') {
    if (deadline.isOver()) {
      const { status } = subject.manager.getState();
      world.journal.fail(
        'recovery',
        `#${subject.id} is ${status} ${deadline.allowedMs()} ms after all faults ended`,
      );
      return;
    }
    if (isIdle(subject)) void requestToken(world, subject);
    await advance(POLL_MS);
  }
  world.journal.count('recoveries');
  await checkSessionOpens(world, subject, advance);
}

/** Checks that a call opens a session with a healthy server. */
async function checkSessionOpens(world: World, subject: Subject, advance: Advance): Promise<void> {
  for (let count = 0; count < MAX_ATTEMPTS; count += 1) {
    const attempt = { outcome: 'waiting' as 'waiting' | 'open' | 'refused' };
    const deadline = createDeadline(world, subject);
    void openSession(world, subject).then((isOpen) => {
      attempt.outcome = isOpen ? 'open' : 'refused';
    });
    await advance(0);
    while (attempt.outcome === 'waiting' && !deadline.isOver()) await advance(POLL_MS);
    if (attempt.outcome === 'open') return;
    // A fatal failure rejects callers until its cooldown ends. The user tries again afterwards.
    await advance(subject.spacing.leftMs(world.timeline.monotonicMs()) + POLL_MS);
  }
  world.journal.fail('recovery', `#${subject.id} opens no session with a healthy server`);
}

function isIdle(subject: Subject): boolean {
  const { status } = subject.manager.getState();
  return (
    subject.waiting.size === 0 && (status === 'idle' || status === 'failed' || subject.leases.length === 0)
  );
}

function endFaults({ machine, journal }: World, subject: Subject): void {
  journal.log(`#${subject.id} all faults end`);
  subject.server.clearFaults();
  subject.events += 1;
  subject.onEvent = undefined;
  subject.onAbort = undefined;
  machine.setTimers('on-time');
  // A response with nothing but an absolute expiry needs a correct wall clock.
  if (subject.server.behavior.format === 'undated') machine.setSkew(0);
  machine.change('online');
  machine.change('visible');
}

function createDeadline({ timeline }: World, subject: Subject): { isOver(): boolean; allowedMs(): number } {
  const { chosen, spacing } = subject;
  const sinceMs = timeline.monotonicMs();
  // Single-use tokens serve one caller each.
  const healthyMs = (1 + subject.waiting.size) * (chosen.minIntervalMs + HEALTHY_MS) + 3 * POLL_MS;
  let allowedMs = spacing.leftMs(sinceMs) + healthyMs;
  let earlierCall = openCalls(subject)[0];
  return {
    allowedMs: () => allowedMs,
    isOver() {
      const passedMs = timeline.monotonicMs() - sinceMs;
      const isOpen = earlierCall?.isOpen === true && earlierCall.signal?.aborted === false;
      // An earlier call, with a timer that was set while timers were late, may still fail and cause a delay.
      if (isOpen) return passedMs > chosen.timeoutMs + MAX_LATE_MS;
      if (earlierCall)
        allowedMs = Math.max(allowedMs, passedMs + spacing.leftMs(timeline.monotonicMs()) + healthyMs);
      earlierCall = undefined;
      return passedMs > allowedMs;
    },
  };
}
