import type { EphemeralToken } from '@realtime-session/core';
import type { MintRecord } from './ledger.ts';
import { expectNoSecret } from './secrets.ts';
import type { Subject } from './subject.ts';
import type { World } from './world.ts';

/** From this lifetime on, the hard margin covers the resolution of a `Date` header, one second. */
const MIN_COVERED_LIFETIME_MS = 10_000;
const SECOND_MS = 1_000;

/** How a token was read from the manager. */
export type Access = 'received' | 'received-with-minimum' | 'peeked';

/** Compares a token that a manager returned with what the server knows. */
export function checkValue(world: World, subject: Subject, access: { value: string; how: Access }): void {
  const { ledger, journal } = world;
  const record = ledger.byValue(access.value);
  if (record?.owner !== subject.id) {
    journal.fail('fence', `#${subject.id} returned a token it never fetched`);
    return;
  }
  if (record.tick <= subject.settledFenceTick) {
    journal.fail(
      'fence',
      `#${subject.id} returned the token of mint ${record.id}, from before the last fence`,
    );
  }
  if (access.how !== 'peeked') {
    record.received += 1;
    subject.served += 1;
    if (subject.chosen.reuse === 'once' && record.received > 1) {
      journal.fail('contract', `#${subject.id} returned the token of mint ${record.id} twice`);
    }
  }
  checkAlive(world, record, access.how);
}

export function checkToken(
  world: World,
  subject: Subject,
  access: { token: EphemeralToken; how: Access },
): void {
  const { token, how } = access;
  checkValue(world, subject, { value: token.value, how });
  if (world.random.chance(0.05)) expectNoSecret(world.journal, 'a token', token);
  subject.received.push(token);
  if (subject.received.length > 5) subject.received.shift();
}

function checkAlive(world: World, record: MintRecord, how: Access): void {
  if (record.knowable === 'no') return;
  const now = world.now();
  const isShort = record.expiresTrueMs - record.startedAt.trueMs < MIN_COVERED_LIFETIME_MS;
  const isInexact = record.knowable === 'within-a-second' && (how === 'received-with-minimum' || isShort);
  const overMs = now.trueMs - record.expiresTrueMs - (isInexact ? SECOND_MS : 0);
  world.journal.count('checked against the server');
  if (overMs < 0) return;
  const { startedAt } = record;
  const seenMs = Math.max(now.wallMs - startedAt.wallMs, now.monotonicMs - startedAt.monotonicMs);
  if (now.trueMs - startedAt.trueMs - seenMs > 1) {
    world.journal.count('excused: slept, then set back, so that no clock of the machine saw the time pass');
    return;
  }
  world.journal.fail(
    'no-expired-token',
    `the token of mint ${record.id} (${how}) expired ${overMs.toFixed(0)} ms ago`,
  );
}
