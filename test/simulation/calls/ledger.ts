import type { EmulatedCall } from '@realtime-session/emulator';
import type { CallEvent } from '../../../packages/server/src/lib/calls/call-events.ts';
import type { CallEndReason } from '../../../packages/server/src/lib/calls/call-end.ts';
import type { EndedCall } from '../../../packages/server/src/lib/calls/call-store.ts';
import type { Lifeline } from './lifeline.ts';

/** What was known when the end of a call was asked for. */
export interface KnownAtEnd extends Pick<Creation, 'lastBeatAtMs' | 'lastActiveAtMs'> {
  readonly atMs: number;
}

/** What a page asked for, from its request to the end of its call. */
export interface Creation {
  readonly number: number;
  readonly principal: string;
  readonly heartbeat: 'none' | 'expected';
  readonly askedAtMs: number;
  /** `pending`: not answered yet. `none`: the process died, or the page left. Otherwise the status, and the problem's code. */
  answer: 'pending' | 'none' | `${number}` | `${number} ${string}`;
  /** The calls that the emulator created for it. More than one breaks a rule. */
  readonly created: EmulatedCall[];
  /** When the provider was asked, and by which process. */
  askedProviderAtMs: number | undefined;
  asking: Lifeline | undefined;
  /** When a living process learned the provider's id. */
  learnedAtMs: number | undefined;
  /** Our id, as the store or the page knows it. */
  id: string | undefined;
  /** When the store had it as running. */
  storedAtMs: number | undefined;
  connectedAtMs: number | undefined;
  /** The last heartbeat that was answered. */
  lastBeatAtMs: number | undefined;
  /** The last moment in which someone spoke or a response ran, by the events of the provider. */
  lastActiveAtMs: number | undefined;
  /** What was known when a process first asked the store to end the call, by its reason. */
  readonly endRequests: Map<CallEndReason, KnownAtEnd>;
  /** What the store returned when the slot was freed. */
  ended: EndedCall | undefined;
  endedAtMs: number | undefined;
  /** Whether the process that freed the slot lived to see it. */
  endSeen: 'no' | 'yes';
  /** What the store has counted. */
  readonly counted: { tokens: number; cost: number };
  /** Keys of the usage that a living process received. */
  readonly delivered: Map<string, number>;
  /** Ids of function calls that the model made, and outputs that were sent for them. */
  readonly functionCalls: Set<string>;
  readonly outputs: Map<string, number>;
  /** Events of the provider that can be repeated. */
  readonly recent: Readonly<Record<string, unknown>>[];
  toolRuns: number;
  readonly events: CallEvent[];
}

/** What the emulator, the store and the pages know, to compare it with what the handlers do. */
export interface Ledger {
  readonly creations: Creation[];
  /** Events of calls that the ledger does not know. */
  readonly strayEvents: CallEvent[];
  add(creation: Pick<Creation, 'principal' | 'heartbeat' | 'askedAtMs'>): Creation;
  byId(id: string): Creation | undefined;
  byUpstreamId(id: string): Creation | undefined;
  setId(creation: Creation, id: string): void;
  setCreated(creation: Creation, call: EmulatedCall): void;
}

export function createLedger(): Ledger {
  const creations: Creation[] = [];
  const ids = new Map<string, Creation>();
  const upstreamIds = new Map<string, Creation>();
  return {
    creations,
    strayEvents: [],
    add(given) {
      const creation: Creation = {
        ...given,
        number: creations.length + 1,
        answer: 'pending',
        created: [],
        askedProviderAtMs: undefined,
        asking: undefined,
        learnedAtMs: undefined,
        id: undefined,
        storedAtMs: undefined,
        connectedAtMs: undefined,
        lastBeatAtMs: undefined,
        lastActiveAtMs: undefined,
        endRequests: new Map(),
        ended: undefined,
        endedAtMs: undefined,
        endSeen: 'no',
        counted: { tokens: 0, cost: 0 },
        delivered: new Map(),
        functionCalls: new Set(),
        outputs: new Map(),
        recent: [],
        toolRuns: 0,
        events: [],
      };
      creations.push(creation);
      return creation;
    },
    byId: (id) => ids.get(id),
    byUpstreamId: (id) => upstreamIds.get(id),
    setId(creation, id) {
      creation.id = id;
      ids.set(id, creation);
    },
    setCreated(creation, call) {
      creation.created.push(call);
      upstreamIds.set(call.id, creation);
    },
  };
}

/** The call of a creation at the emulator, while it is open. */
export function openCall({ created }: Creation): EmulatedCall | undefined {
  return created.find(({ state }) => state !== 'closed');
}
