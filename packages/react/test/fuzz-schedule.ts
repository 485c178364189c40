import type { OperationKind } from '../../../test/simulation/connections/operations.ts';
import type { Hook } from '../../../test/simulation/connections/fake-browser.ts';
import { generatePlans } from '../../../test/simulation/connections/generate-schedule.ts';
import { createRandom } from '../../../test/simulation/random.ts';

/** Where a component gets its tokens: a key, a key with params, its own fetcher, a manager, the provider, or a session. */
export type SourceName =
  | 'ann'
  | 'bob'
  | 'ann with params'
  | 'own'
  | 'manager 1'
  | 'manager 2'
  | 'provider'
  | 'session of ann'
  | 'session of bob';

/** What a component of the page looks like. */
export interface SlotState {
  readonly presence: 'mounted' | 'hidden' | 'absent' | 'crashed' | 'suspended';
  readonly source: SourceName;
  /** What a child does in its layout effect, or an effect that connects on every failure. */
  readonly child: 'none' | 'send' | 'connect' | 'loop';
  readonly reconnectLimit: number;
  readonly audio: 'any' | 'none' | 'stream';
  /** React's own key: another one mounts a new component. */
  readonly instance: number;
}

export type PageAction =
  | { readonly do: 'show'; readonly slot: number; readonly change: Partial<SlotState> }
  | { readonly do: 'provide'; readonly manager: 0 | 1 }
  | {
      readonly do: 'call';
      readonly slot: number;
      readonly name: 'connect' | 'close' | 'mute' | 'unmute' | 'send' | 'setMicrophone';
      readonly from: 'latest' | 'first';
    }
  | { readonly do: 'reset'; readonly slot: number }
  | { readonly do: 'manager'; readonly manager: 0 | 1; readonly what: 'reset' | 'invalidate' }
  | { readonly do: 'channel'; readonly slot: number; readonly what: 'close' | 'expired' | 'event' }
  | { readonly do: 'peer'; readonly slot: number; readonly state: 'failed' | 'disconnected' | 'connected' }
  | { readonly do: 'track'; readonly slot: number }
  | { readonly do: 'network'; readonly what: 'offline' | 'online' }
  | { readonly do: 'release'; readonly nth: number };

export type TreeAction =
  | PageAction
  | { readonly do: 'trap'; readonly slot: number; readonly at: Hook; readonly run: PageAction }
  | { readonly do: 'ticks'; readonly count: number }
  | { readonly do: 'settle' }
  | { readonly do: 'advance'; readonly ms: number };

export interface TreeSchedule {
  readonly seed: number;
  readonly mode: 'strict' | 'normal';
  readonly plans: Readonly<
    Partial<Record<OperationKind, readonly { after: number | 'hold'; outcome: string }[]>>
  >;
  readonly slots: readonly SlotState[];
  readonly actions: readonly TreeAction[];
}

const sources: readonly SourceName[] = ['ann', 'ann', 'bob', 'ann with params', 'own', 'manager 1', 'manager 2', 'provider', 'session of ann', 'session of bob']; // prettier-ignore
const hooks: readonly Hook[] = ['microphone', 'peer', 'offer', 'mint', 'post', 'answer', 'replace', 'event', 'onMicrophone', 'onRemoteStream', 'onReconnect']; // prettier-ignore
const delays: readonly number[] = [0, 400, 900, 1_000, 1_100, 5_000, 31_000, 60_000, 600_000];

export function generateTree(seed: number): TreeSchedule {
  const random = createRandom(seed ^ 0x2545f491);
  const slot = (): number => (random.chance(0.7) ? 0 : 1);
  const createSlot = (presence: SlotState['presence']): SlotState => ({
    presence,
    source: random.pick(sources),
    child: random.pick(['none', 'none', 'send', 'connect', 'loop']),
    reconnectLimit: random.pick([0, 0, 3]),
    audio: random.pick(['any', 'any', 'any', 'none', 'stream']),
    instance: 0,
  });
  const createChange = (): Partial<SlotState> =>
    random.pick<() => Partial<SlotState>>([
      () => ({ presence: random.pick(['mounted', 'mounted', 'mounted', 'hidden', 'hidden', 'absent', 'absent', 'crashed', 'suspended']) }),
      () => ({ source: random.pick(sources) }),
      () => ({ source: random.pick(['ann', 'bob']) }),
      () => ({ child: random.pick(['none', 'send', 'connect', 'loop']) }),
      () => ({ reconnectLimit: random.pick([0, 3]), audio: random.pick(['any', 'none', 'stream']) }),
      () => ({ instance: Math.floor(random.between(0, 3)) }),
    ])(); // prettier-ignore
  const createAction = (): PageAction =>
    random
      .weighted<{ weight: number; create: () => PageAction }>([
        { weight: 14, create: () => ({ do: 'show', slot: slot(), change: createChange() }) },
        { weight: 10, create: () => ({ do: 'call', slot: slot(), name: 'connect', from: random.chance(0.2) ? 'first' : 'latest' }) },
        { weight: 6, create: () => ({ do: 'call', slot: slot(), name: random.pick(['close', 'mute', 'unmute', 'send', 'setMicrophone']), from: random.chance(0.2) ? 'first' : 'latest' }) },
        { weight: 1, create: () => ({ do: 'provide', manager: random.pick([0, 1]) }) },
        { weight: 2, create: () => ({ do: 'reset', slot: slot() }) },
        { weight: 2, create: () => ({ do: 'manager', manager: random.pick([0, 1]), what: random.pick(['reset', 'invalidate']) }) },
        { weight: 2, create: () => ({ do: 'channel', slot: slot(), what: random.pick(['close', 'expired', 'event']) }) },
        { weight: 2, create: () => ({ do: 'peer', slot: slot(), state: random.pick(['failed', 'disconnected', 'connected']) }) },
        { weight: 1, create: () => ({ do: 'track', slot: slot() }) },
        { weight: 1, create: () => ({ do: 'network', what: random.pick(['offline', 'online']) }) },
        { weight: 6, create: () => ({ do: 'release', nth: Math.floor(random.between(0, 4)) }) },
      ])
      .create(); // prettier-ignore
  const choices: readonly { weight: number; create: () => TreeAction }[] = [
    { weight: 40, create: createAction },
    { weight: 16, create: () => ({ do: 'ticks', count: Math.floor(random.between(1, 8)) }) },
    { weight: 12, create: () => ({ do: 'settle' }) },
    { weight: 5, create: () => ({ do: 'advance', ms: random.pick(delays) }) },
    { weight: 4, create: () => ({ do: 'trap', slot: slot(), at: random.pick(hooks), run: createAction() }) },
  ];
  const prelude: TreeAction[] = random.chance(0.6)
    ? [{ do: 'call', slot: 0, name: 'connect', from: 'latest' }, { do: 'settle' }]
    : [];
  const length = Math.floor(random.between(6, 36));
  return {
    seed,
    mode: random.chance(0.4) ? 'strict' : 'normal',
    plans: generatePlans(random),
    slots: [createSlot('mounted'), createSlot(random.chance(0.5) ? 'mounted' : 'absent')],
    actions: [...prelude, ...Array.from({ length }, () => random.weighted(choices).create())],
  };
}
