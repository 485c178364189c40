/** A WebRTC call: a peer, and later the session on it. */
export interface Call {
  /** Ends its session at once, and the peer when its last words have arrived. */
  hangUp(): void;
  /** Ends it at once, with a WebSocket close code or its like; 1006 breaks it without a word. */
  end(closeCode: number): void;
  /** Resolves when its sockets are closed. */
  readonly ended: Promise<void>;
}

/** The WebRTC calls that have not ended, connected or not. */
export interface CallRegistry {
  /** Adds one; it is taken out when it has ended. */
  add(id: string, call: Call): void;
  /** The call of that id. */
  get(id: string): Call | undefined;
  /** How many there are. */
  count(): number;
  /** Ends all of them; resolves when their sockets are closed. */
  endAll(closeCode: number): Promise<void>;
}

/** No call yet. */
export function createCallRegistry(): CallRegistry {
  const calls = new Map<string, Call>();
  return {
    add(id, call) {
      calls.set(id, call);
      void call.ended.then(() => calls.delete(id));
    },
    get: (id) => calls.get(id),
    count: () => calls.size,
    async endAll(closeCode) {
      const all = [...calls.values()];
      for (const call of all) call.end(closeCode);
      await Promise.all(all.map(({ ended }) => ended));
    },
  };
}
