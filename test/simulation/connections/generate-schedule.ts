import { createRandom, type Random } from '../random.ts';
import type { Action, Audio, OptionChange, Schedule, SyncAction } from './action.ts';
import type { Hook } from './fake-browser.ts';
import type { OperationKind, Plans, Step } from './operations.ts';

const outcomes: Readonly<Record<OperationKind, readonly string[]>> = {
  microphone: ['NotAllowedError', 'NotFoundError', 'NotReadableError', 'empty', 'video', 'ended', 'muted', 'insecure', 'throws'],
  offer: ['error'],
  mint: ['error', 'fatal', 'garbage'],
  post: ['201 garbage', '401 invalid_api_key', '429 3', '429 600', '429 86400', '500', '503', '400 bad', 'network', 'throws'],
  heartbeat: ['ended', '401', '500', '503', 'network', 'throws'],
  hangUp: ['500', 'network', 'throws'],
  body: ['error'],
  exchange: ['network', 'garbage', 'nothing', 'object', 'throws'],
  answer: ['error'],
  channel: ['failed', 'closes', 'no-voice'],
  play: ['NotAllowedError', 'AbortError'],
  replace: ['error'],
}; // prettier-ignore

const kinds = Object.keys(outcomes) as OperationKind[]; // the keys of the record above

const hooks: readonly Hook[] = [
  'microphone', 'peer', 'offer', 'mint', 'post', 'exchange', 'answer', 'play', 'replace', 'state', 'state', 'state',
  'event', 'onEvent', 'onMicrophone', 'onRemoteStream', 'onReconnect', 'onExpiring',
]; // prettier-ignore

const audios: readonly Audio[] = ['any', 'any', 'any', 0, 0, 1, 2, 3, 'none', 'mistake'];

/** Creates the plan of every kind. Most schedules have a few faults, so that calls also open. */
export function generatePlans(random: Random): Plans {
  const faultRate = random.pick([0, 0.1, 0.3, 0.6]);
  const holdRate = random.pick([0, 0.1, 0.3]);
  const plans: Partial<Record<OperationKind, readonly Step[]>> = {};
  for (const kind of kinds) {
    plans[kind] = Array.from({ length: 8 }, () => ({
      after: random.chance(holdRate) ? 'hold' : Math.floor(random.between(0, 6)),
      outcome: random.chance(faultRate) ? random.pick(outcomes[kind]) : 'ok',
    }));
  }
  return plans;
}

function generateOption(random: Random): OptionChange {
  return random
    .weighted<{ weight: number; create: () => OptionChange }>([
      { weight: 3, create: () => ({ option: 'audio', value: random.pick(audios) }) },
      { weight: 4, create: () => ({ option: 'reconnectLimit', value: random.pick([0, 1, 3, 8]) }) },
      { weight: 1, create: () => ({ option: 'timeoutMs', value: random.pick([1_000, 30_000, NaN]) }) },
      { weight: 1, create: () => ({ option: 'graceMs', value: random.pick([0, 3_000, Infinity]) }) },
      { weight: 1, create: () => ({ option: 'maxDurationMs', value: random.pick([5_000, 3_600_000, 3e9]) }) },
      { weight: 1, create: () => ({ option: 'warnBeforeMs', value: random.pick([0, 1_000, 60_000]) }) },
      { weight: 1, create: () => ({ option: 'exchange', value: random.pick(['exchange', 'fetch']) }) },
      { weight: 1, create: () => ({ option: 'playback', value: random.pick(['none', 'own', 'default']) }) },
    ])
    .create();
}

interface Choice<T> {
  readonly weight: number;
  readonly create: () => T;
}

function browserChoices(random: Random, on: () => number): readonly Choice<SyncAction>[] {
  return [
    { weight: 4, create: () => ({ do: 'channel', on: on(), what: random.pick(['close', 'garbage', 'event', 'expired', 'error']) }) },
    { weight: 4, create: () => ({ do: 'peer', on: on(), state: random.pick(['disconnected', 'disconnected', 'failed', 'connected']) }) },
    { weight: 3, create: () => ({ do: 'track', on: on(), what: random.pick(['end', 'mute', 'unmute']) }) },
    { weight: 2, create: () => ({ do: 'appTrack', stream: random.pick([0, 1]), what: random.pick(['toggle', 'end', 'mute', 'unmute']) }) },
    { weight: 2, create: () => ({ do: 'network', what: random.pick(['offline', 'online', 'flap']) }) },
    { weight: 2, create: () => ({ do: 'endCalls', on: on() }) },
    { weight: 2, create: () => ({ do: 'page', on: on(), what: random.pick(['hide', 'visible']) }) },
    { weight: 6, create: () => ({ do: 'release', nth: Math.floor(random.between(0, 4)) }) },
  ]; // prettier-ignore
}

/** Creates the actions that a trap can run too. */
function createSyncGenerator(random: Random, connections: number): () => SyncAction {
  const on = (): number => Math.floor(random.between(0, connections));
  const choices: readonly Choice<SyncAction>[] = [
    {
      weight: 16,
      create: () => ({ do: 'connect', on: on(), ...random.pick([{}, {}, { signal: 'own' }, { signal: 'aborted' }] as const) }),
    },
    { weight: 3, create: () => ({ do: 'abort', nth: Math.floor(random.between(0, 3)) }) },
    { weight: 5, create: () => ({ do: 'close', on: on() }) },
    { weight: 4, create: () => ({ do: random.pick(['mute', 'unmute']), on: on() }) },
    { weight: 2, create: () => ({ do: 'send', on: on() }) },
    { weight: 1, create: () => ({ do: 'resume', on: on() }) },
    { weight: 4, create: () => ({ do: 'setMicrophone', on: on(), audio: random.pick(audios) }) },
    { weight: 3, create: () => ({ do: 'set', on: on(), ...generateOption(random) }) },
    { weight: 3, create: () => ({ do: 'reset' }) },
    { weight: 1, create: () => ({ do: 'invalidate' }) },
    { weight: 0.3, create: () => ({ do: 'dispose' }) },
    ...browserChoices(random, on),
  ]; // prettier-ignore
  return () => random.weighted(choices).create();
}

const delays: readonly number[] = [0, 1, 500, 1_000, 3_000, 5_000, 10_000, 31_000, 60_000, 600_000];

const opened: readonly Action[] = [{ do: 'connect', on: 0 }, { do: 'settle' }];

/** A call that is lost and opened again, unless a fault prevents it. */
const lost: readonly Action[] = [
  { do: 'set', on: 0, option: 'reconnectLimit', value: 8 },
  { do: 'peer', on: 0, state: 'failed' },
  { do: 'settle' },
  { do: 'advance', ms: 1_000 },
];

/** Creates the schedule of a seed. */
export function generateSchedule(seed: number): Schedule {
  const random = createRandom(seed);
  const connections = random.chance(0.2) ? 2 : 1;
  const on = (): number => Math.floor(random.between(0, connections));
  const createSync = createSyncGenerator(random, connections);
  const choices: readonly Choice<Action>[] = [
    { weight: 40, create: createSync },
    { weight: 20, create: () => ({ do: 'ticks', count: Math.floor(random.between(1, 8)) }) },
    { weight: 12, create: () => ({ do: 'settle' }) },
    { weight: 6, create: () => ({ do: 'advance', ms: random.chance(0.02) ? 90_000_000 : random.pick(delays) }) },
    { weight: 5, create: () => ({ do: 'trap', on: on(), at: random.pick(hooks), run: random.chance(0.2) ? { do: 'throw' } : createSync() }) },
    { weight: 1, create: () => ({ do: 'listen', on: on() }) },
    { weight: 0.5, create: () => ({ do: 'unlisten', on: on(), nth: Math.floor(random.between(0, 3)) }) },
    { weight: 0.4, create: () => ({ do: 'loop', on: on() }) },
  ]; // prettier-ignore
  const length = Math.floor(random.between(8, 50));
  const prelude = random.pick([[], opened, [...opened, ...lost]]);
  return {
    seed,
    connections,
    plans: generatePlans(random),
    source: random.pick(['manager', 'manager', 'manager', 'manager', 'functions', 'route', 'route', 'route']),
    fetch: random.chance(0.2) ? 'ignores-abort' : 'aborts',
    ending: random.pick(['close', 'wait']),
    options: Array.from({ length: Math.floor(random.between(0, 5)) }, () => generateOption(random)),
    actions: [...prelude, ...Array.from({ length }, () => random.weighted(choices).create())],
  };
}
