import { ask, connect } from './callers.ts';
import { MAX_LATE_MS } from './machine.ts';
import { HEALTHY_MS } from './mint-server.ts';
import { lease } from './moves.ts';
import { openCalls, type Subject } from './subject.ts';
import type { World } from './world.ts';

/** How often a user looks, and presses again if nothing is under way. */
const LOOK_MS = 1_000;
/** Presses of a button that may meet a token whose end was a lie. */
const PRESSES = 3;

/** Lets time pass. */
export type Advance = (ms: number) => Promise<void>;

/**
 * All trouble ends, someone takes a lease and looks: the manager must get well by itself, or at the press of a button when
 * nothing is scheduled, within one time-out + the longest cool-down + one interval + one answer.
 *
 * @param world - Where.
 * @param subject - The manager.
 * @param advance - Lets time pass.
 */
export async function recover(world: World, subject: Subject, advance: Advance): Promise<void> {
  if (subject.isDisposed) return;
  calm(world, subject);
  lease(subject);
  const deadline = createDeadline(world, subject);
  const served = subject.served; // tokens that burn on use may never be seen in the state
  while (subject.served === served && subject.manager.getState().status !== 'ready') {
    if (deadline.isOver()) {
      const { status } = subject.manager.getState();
      world.journal.fail(
        'recovery',
        `#${subject.id} is ${status} ${deadline.allowedMs()} ms after the end of all trouble`,
      );
      return;
    }
    if (isIdle(subject)) void ask(world, subject);
    await advance(LOOK_MS);
  }
  world.journal.count('recoveries');
  await openSession(world, subject, advance);
}

/** With a server that is well, a press of the button opens a session. */
async function openSession(world: World, subject: Subject, advance: Advance): Promise<void> {
  for (let press = 0; press < PRESSES; press += 1) {
    const attempt = { outcome: 'waiting' as 'waiting' | 'open' | 'refused' };
    const deadline = createDeadline(world, subject);
    void connect(world, subject).then((isOpen) => {
      attempt.outcome = isOpen ? 'open' : 'refused';
    });
    await advance(0);
    while (attempt.outcome === 'waiting' && !deadline.isOver()) await advance(LOOK_MS);
    if (attempt.outcome === 'open') return;
    // The button stays dead while a fatal failure cools down; a user presses again after it.
    await advance(subject.spacing.leftMs(world.timeline.monotonicMs()) + LOOK_MS);
  }
  world.journal.fail('recovery', `#${subject.id} opens no session though the server is well`);
}

function isIdle(subject: Subject): boolean {
  const { status } = subject.manager.getState();
  return (
    subject.waiting.size === 0 && (status === 'idle' || status === 'failed' || subject.leases.length === 0)
  );
}

function calm({ machine, journal }: World, subject: Subject): void {
  journal.note(`#${subject.id} all trouble ends`);
  subject.server.clearFaults();
  subject.events += 1;
  subject.onEvent = undefined;
  subject.onAbort = undefined;
  machine.setTimers('sharp');
  // An answer that names its end by the wall clock alone needs a right one.
  if (subject.server.habits.style === 'undated') machine.setSkew(0);
  machine.change('online');
  machine.change('visible');
}

function createDeadline({ timeline }: World, subject: Subject): { isOver(): boolean; allowedMs(): number } {
  const { chosen, spacing } = subject;
  const sinceMs = timeline.monotonicMs();
  // Tokens that burn on use serve one caller each.
  const healthyMs = (1 + subject.waiting.size) * (chosen.minIntervalMs + HEALTHY_MS) + 3 * LOOK_MS;
  let allowedMs = spacing.leftMs(sinceMs) + healthyMs;
  let old = openCalls(subject)[0];
  return {
    allowedMs: () => allowedMs,
    isOver() {
      const passedMs = timeline.monotonicMs() - sinceMs;
      const isOpen = old?.isOpen === true && old.signal?.aborted === false;
      // A call from the time of trouble may still fail, by a timer set while timers were late, and ask to wait.
      if (isOpen) return passedMs > chosen.timeoutMs + MAX_LATE_MS;
      if (old) allowedMs = Math.max(allowedMs, passedMs + spacing.leftMs(timeline.monotonicMs()) + healthyMs);
      old = undefined;
      return passedMs > allowedMs;
    },
  };
}
