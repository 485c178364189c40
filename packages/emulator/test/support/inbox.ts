/** A server event that a test client received. */
export interface ReceivedEvent {
  readonly type: string;
  readonly event_id: string;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- assertions read it member by member
  readonly [member: string]: any;
}

/** The events a test client has received. */
export interface Inbox {
  readonly received: ReceivedEvent[];
  readonly add: (event: ReceivedEvent) => void;
  /** Resolves with the first event of a type that no earlier call has returned. Rejects when `ended` rejects. */
  readonly next: (type: string, ended?: Promise<never>) => Promise<ReceivedEvent>;
}

export function createInbox(): Inbox {
  const received: ReceivedEvent[] = [];
  const returned = new Set<ReceivedEvent>();
  const waiters = new Set<() => void>();
  return {
    received,
    add(event) {
      received.push(event);
      for (const check of [...waiters]) check();
    },
    next: (type, ended) =>
      new Promise((resolve, reject) => {
        const check = (): void => {
          const found = received.find((event) => event.type === type && !returned.has(event));
          if (found === undefined) return;
          returned.add(found);
          waiters.delete(check);
          resolve(found);
        };
        waiters.add(check);
        ended?.catch(reject);
        check();
      }),
  };
}
