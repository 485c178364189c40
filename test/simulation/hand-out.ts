import type { EphemeralToken } from '@realtime-session/core';
import type { MintRecord } from './ledger.ts';
import { expectNoSecret } from './secrets.ts';
import type { Subject } from './subject.ts';
import type { World } from './world.ts';

/** Tokens of this life and longer have a hard margin of at least the second a `Date` header leaves open. */
const MARGIN_COVERS_MS = 10_000;
const SECOND_MS = 1_000;

/** How a token left the manager. */
export type HandOut = 'taken' | 'taken-with-minimum' | 'peeked';

/**
 * Checks a token that a manager calls usable against what the server knows.
 *
 * @param world - Where.
 * @param subject - The manager.
 * @param given - What was handed out: the token's value, and how.
 */
export function checkHandOut(world: World, subject: Subject, given: { value: string; how: HandOut }): void {
  const { ledger, journal } = world;
  const record = ledger.byValue(given.value);
  if (record?.owner !== subject.id) {
    journal.fail('fence', `#${subject.id} handed out a token it never fetched`);
    return;
  }
  if (record.tick <= subject.settledFenceTick) {
    journal.fail(
      'fence',
      `#${subject.id} handed out the token of mint ${record.id}, from before the last fence`,
    );
  }
  if (given.how !== 'peeked') {
    record.taken += 1;
    subject.served += 1;
    if (subject.chosen.reuse === 'once' && record.taken > 1) {
      journal.fail('promises-kept', `#${subject.id} handed out the token of mint ${record.id} twice`);
    }
  }
  checkAlive(world, record, given.how);
}

/** Looks at a token object as a caller gets it. */
export function checkToken(
  world: World,
  subject: Subject,
  given: { token: EphemeralToken; how: HandOut },
): void {
  const { token, how } = given;
  checkHandOut(world, subject, { value: token.value, how });
  if (world.random.chance(0.05)) expectNoSecret(world.journal, 'a token', token);
  subject.taken.push(token);
  if (subject.taken.length > 5) subject.taken.shift();
}

function checkAlive(world: World, record: MintRecord, how: HandOut): void {
  if (record.knowable === 'no') return;
  const now = world.now();
  const isShort = record.expiresTrueMs - record.startedAt.trueMs < MARGIN_COVERS_MS;
  const isVague = record.knowable === 'within-a-second' && (how === 'taken-with-minimum' || isShort);
  const overMs = now.trueMs - record.expiresTrueMs - (isVague ? SECOND_MS : 0);
  world.journal.count('checked against the server');
  if (overMs < 0) return;
  const { startedAt } = record;
  const seenMs = Math.max(now.wallMs - startedAt.wallMs, now.monotonicMs - startedAt.monotonicMs);
  if (now.trueMs - startedAt.trueMs - seenMs > 1) {
    world.journal.count('excused: slept, then set back, so that no clock of the machine saw the time pass');
    return;
  }
  world.journal.fail(
    'no-dead-token',
    `the token of mint ${record.id} (${how}) is dead for ${overMs.toFixed(0)} ms`,
  );
}
