/** The responses of one session that are running. */
export interface ActiveResponses {
  add(id: string, response: ActiveResponse): void;
  remove(id: string): void;
  /** Returns a response by its id; without an id, the one of the conversation. */
  find(id?: string): ActiveResponse | undefined;
}

export interface ActiveResponse {
  readonly conversation: 'auto' | 'none';
  readonly controller: AbortController;
}

export function createActiveResponses(): ActiveResponses {
  const active = new Map<string, ActiveResponse>();
  return {
    add(id, response) {
      active.set(id, response);
    },
    remove(id) {
      active.delete(id);
    },
    find: (id) =>
      id === undefined
        ? [...active.values()].find(({ conversation }) => conversation === 'auto')
        : active.get(id),
  };
}
