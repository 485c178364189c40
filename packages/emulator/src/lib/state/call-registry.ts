import type { EmulatedCall } from '../journal/emulated-call.ts';

/** The API that a call belongs to. */
export type CallApi = EmulatedCall['api'];

/** A WebSocket to a call. */
export interface Sideband {
  /** Whether it asked for a closing handshake at the end of a Live session. */
  readonly isGraceful: boolean;
  send(text: string): void;
  close(closeCode: number, reason: string): void;
}

/**
 * How the connection of a page closes. `now`: the page notices that packets stop. `after-notice`: it notices immediately.
 * `after-delivery`: the last events arrive first.
 */
export type PageClose = 'now' | 'after-notice' | 'after-delivery';

/** A call from its creation to its end. */
export interface RunningCall {
  readonly api: CallApi;
  /** `rtc_…` or `live_…` */
  readonly id: string;
  readonly createdAtMs: number;
  readonly handle: EmulatedCall;
  readonly isEnded: boolean;
  readonly sidebandCount: number;
  /** Whether a credential can attach to the call and end it. */
  isOpenTo(credential: string): boolean;
  /** Handles a client event of a sideband. */
  receive(text: string, sideband: Sideband): void;
  attach(sideband: Sideband): void;
  detach(sideband: Sideband): void;
  /** Sends a sideband the newest events again. */
  replay(sideband: Sideband): void;
  /** The page closed its connection, or disappeared `silentMs` ago; default 0. */
  losePage(closeCode: number, how: PageClose, silentMs?: number): void;
  dropSidebands(closeCode: number): void;
  /** Ends the call at its limit. */
  expire(): void;
  /** Ends the call and everything connected to it. Does nothing after its end. */
  end(by: CallEnd['by'], end?: Omit<CallEnd, 'by'>): void;
}

/** How a call ends. */
export interface CallEnd {
  readonly by: NonNullable<EmulatedCall['closedBy']>;
  /** Close code of the sidebands. Default 1000. */
  readonly closeCode?: number;
  /** Close reason of the sidebands. Default `call_ended`. */
  readonly reason?: string;
  /** Default `after-delivery`. */
  readonly page?: PageClose;
}

/** Every call that was created, and the peers that are open. */
export interface CallRegistry {
  add(call: RunningCall): void;
  get(id: string): RunningCall | undefined;
  /** Returns a call of one API. */
  find(api: CallApi, id: string): RunningCall | undefined;
  /** Oldest first. */
  list(): readonly RunningCall[];
  /** Adds a peer until the promise settles. */
  addPeer(closed: Promise<void>): void;
  peerCount(): number;
  /** Resolves when every peer that is open now has closed. */
  waitForPeers(): Promise<void>;
}

export function createCallRegistry(): CallRegistry {
  const calls = new Map<string, RunningCall>();
  const peers = new Set<Promise<void>>();
  return {
    add(call) {
      calls.set(call.id, call);
    },
    get: (id) => calls.get(id),
    find(api, id) {
      const call = calls.get(id);
      return call?.api === api ? call : undefined;
    },
    list: () => [...calls.values()],
    addPeer(closed) {
      peers.add(closed);
      void closed.finally(() => peers.delete(closed));
    },
    peerCount: () => peers.size,
    async waitForPeers() {
      await Promise.all(peers);
    },
  };
}
