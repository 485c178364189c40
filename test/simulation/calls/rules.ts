import type { BilledUsage } from '@realtime-session/emulator';
import type { CallEndReason, EndedCall } from '@realtime-session/server/calls';
import type { Creation } from './ledger.ts';
import { openCall } from './ledger.ts';
import { tokenCost } from './server-process.ts';
import type { World } from './world.ts';

/**
 * How long a call can outlive a limit while nothing is disturbed, and after a disturbance: another process takes over within 20 s,
 * and attempts to end a call are at most 35 s apart.
 */
const PUNCTUAL_MS = 5000;
const DELAYED_MS = 60_000;
/** In addition, with `supervision: 'sweep'`. */
const SWEEP_DELAY_MS = 35_000;
/** Usage that was billed so shortly before the end is in flight: its event is not delivered anymore. */
const IN_FLIGHT_MS = 1000;

/** Checks that no stored call has outlived a limit. Runs every few seconds. */
export function checkLimits(world: World): void {
  const nowMs = world.timeline.nowMs();
  const disruptedAtMs = world.health.disruptedAtMs();
  const extraMs = world.settings.supervision === 'sweep' ? SWEEP_DELAY_MS : 0;
  for (const creation of world.ledger.creations) {
    if (openCall(creation) === undefined) continue;
    checkUnstored(world, creation);
    if (creation.storedAtMs === undefined) continue;
    for (const { limit, atMs } of findLimits(world, creation)) {
      const wasDisrupted = disruptedAtMs > atMs - DELAYED_MS;
      const lateMs = nowMs - (wasDisrupted ? Math.max(atMs, disruptedAtMs) + DELAYED_MS : atMs + PUNCTUAL_MS);
      if (lateMs > extraMs)
        world.journal.fail(
          'ended-in-time',
          `call ${creation.number} should have ended ${((nowMs - atMs) / 1000).toFixed(1)} s ago: ${limit}`,
        );
    }
  }
}

/** A call that could not be stored is ended by the process that created it. */
function checkUnstored({ timeline, health, journal }: World, creation: Creation): void {
  const { learnedAtMs, storedAtMs, asking, number } = creation;
  if (learnedAtMs === undefined || storedAtMs !== undefined || asking?.state() !== 'running') return;
  if (timeline.nowMs() > Math.max(learnedAtMs, health.disruptedAtMs()) + DELAYED_MS)
    journal.fail('ended-in-time', `call ${number} is not in the store, and its creator does not end it`);
}

interface Limit {
  readonly limit: string;
  readonly atMs: number;
}

function findLimits({ settings }: World, creation: Creation): readonly Limit[] {
  const { maxDurationMs, connectTimeoutMs, heartbeatTimeoutMs, idleTimeoutMs } = settings.limits;
  const storedAtMs = creation.storedAtMs ?? 0;
  const limits: Limit[] = [{ limit: 'duration', atMs: storedAtMs + maxDurationMs }];
  const { lastBeatAtMs, connectedAtMs, lastActiveAtMs } = creation;
  // Without a sideband, the connection of a page that sends no heartbeats cannot be noticed.
  const isNoticed = settings.supervision === 'attached' || creation.heartbeat === 'expected';
  if (connectedAtMs === undefined && isNoticed)
    limits.push({ limit: 'connect', atMs: storedAtMs + connectTimeoutMs });
  if (lastBeatAtMs !== undefined)
    limits.push({ limit: 'heartbeat', atMs: lastBeatAtMs + heartbeatTimeoutMs });
  if (settings.supervision === 'attached') {
    const activeAtMs = Math.max(storedAtMs, connectedAtMs ?? 0, lastActiveAtMs ?? 0);
    limits.push({ limit: 'idle', atMs: activeAtMs + Math.max(idleTimeoutMs, connectTimeoutMs) });
  }
  return limits;
}

/** The store and the pages may learn the time of an event a little later than the process. */
const TOLERANCE_MS = 1500;

/** Checks that a call did not end before its time. */
export function checkReason(world: World, creation: Creation, { endReason }: EndedCall): void {
  const { limits } = world.settings;
  const { storedAtMs } = creation;
  const known = creation.endRequests.get(endReason) ?? { ...creation, atMs: world.timeline.nowMs() };
  const { lastBeatAtMs = 0, lastActiveAtMs = 0, atMs } = known;
  if (storedAtMs === undefined) return;
  const earliestMs: Partial<Record<CallEndReason, number>> = {
    duration: storedAtMs + limits.maxDurationMs,
    idle: Math.max(storedAtMs, lastActiveAtMs) + limits.idleTimeoutMs,
    'heartbeat-lost': Math.max(storedAtMs, lastBeatAtMs) + limits.heartbeatTimeoutMs,
    'never-connected': lastBeatAtMs > 0 ? Infinity : storedAtMs + limits.connectTimeoutMs,
  };
  const earlyMs = (earliestMs[endReason] ?? 0) - atMs;
  if (earlyMs > TOLERANCE_MS)
    world.journal.fail(
      'ended-in-time',
      `call ${creation.number} has ended ${earlyMs} ms early: ${endReason}`,
    );
}

/** Checks that `hangUp()` has ended calls when it resolved, unless something was disturbed. */
export function checkRevoked(
  world: World,
  { calls, startedMs }: { readonly calls: readonly Creation[]; readonly startedMs: number },
): void {
  if (world.health.disruptedAtMs() > startedMs - DELAYED_MS) return;
  for (const creation of calls) {
    if (openCall(creation) !== undefined)
      world.journal.fail('ended-in-time', `call ${creation.number} runs although it was hung up`);
  }
}

/** Checks that the episode left nothing behind, when everything has worked for a while and no page asks for calls. */
export async function checkRest(world: World): Promise<void> {
  const { store, journal, ledger } = world;
  const slots = await store.count();
  if (slots !== 0) journal.fail('slots', `${slots} slots are taken although every call has ended`);
  for (const creation of ledger.creations) {
    checkEnded(world, creation);
    if (world.settings.supervision === 'attached') checkSpend(world, creation);
    if (creation.toolRuns > creation.functionCalls.size)
      journal.fail(
        'tools-once',
        `call ${creation.number} ran ${creation.toolRuns} tools for ${creation.functionCalls.size} function calls`,
      );
    if (creation.answer === 'pending')
      journal.fail('answered', `the page of call ${creation.number} got no answer`);
  }
}

/** Each started call has ended, with one event, unless the process that ended it was killed before it could raise the event. */
function checkEnded({ journal }: World, creation: Creation): void {
  const count = (type: string): number => creation.events.filter((event) => event.type === type).length;
  const isStored = creation.storedAtMs !== undefined;
  const name = `call ${creation.number}`;
  if (isStored && openCall(creation) !== undefined)
    journal.fail('ended-in-time', `${name} runs after everything has ended`);
  if (isStored && creation.ended === undefined)
    journal.fail('slots', `${name} was never finished in the store`);
  const ends = count('call-ended');
  if (ends === 0 && creation.endSeen === 'yes') journal.fail('one-end', `${name} has no event call-ended`);
  if (ends > 0 && creation.ended === undefined) journal.fail('one-end', `${name} has ended in events only`);
  if (ends < count('call-started')) journal.count('excused: call-ended lost with its process or its answer');
}

/** What the store counted is what the emulator billed, except in counted gaps. */
function checkSpend({ journal, settings }: World, creation: Creation): void {
  if (creation.storedAtMs === undefined) return;
  const billed = creation.created.flatMap(({ billed: entries }) => [...entries]);
  const closedAtMs = creation.created[0]?.closedAtMs ?? Infinity;
  const missing = billed.filter(({ key }) => !creation.delivered.has(key));
  const total = sumTokens(billed);
  const { tokens, cost } = creation.counted;
  const hasGap = creation.events.some(({ type }) => type === 'usage-gap');
  const fail = (what: string): void => journal.fail('spend', `call ${creation.number}: ${what}`);
  if (settings.budget !== undefined && cost !== tokens) fail(`${tokens} tokens cost ${cost}`);
  if (tokens > total) fail(`${tokens} counted, but ${total} billed`);
  if (tokens < total - sumTokens(missing) && !hasGap)
    fail(`${tokens} counted, but ${total - sumTokens(missing)} of ${total} delivered`);
  const uncovered = missing.filter(({ atMs }) => atMs < closedAtMs - IN_FLIGHT_MS);
  if (uncovered.length > 0 && !hasGap)
    fail(`${sumTokens(uncovered)} billed without a sideband and without an event usage-gap`);
  journal.count(`spend: calls counted ${tokens < total ? 'up to a gap' : 'exactly'}`);
}

function sumTokens(billed: readonly BilledUsage[]): number {
  return billed.reduce((sum, { usage }) => sum + tokenCost({ ...usage }), 0);
}
