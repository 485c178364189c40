/** What is needed of a SvelteKit request event. */
export interface SvelteKitEventLike {
  /** The web-standard request. */
  readonly request: Request;
  /** What SvelteKit's adapter adds; its Node adapter adds Node's request. */
  readonly platform?: Readonly<object> | undefined;
  /** The client's address as SvelteKit's adapter knows it. May throw where there is none. */
  getClientAddress(): string;
}

/**
 * Where an event comes from; `undefined` where nobody can tell.
 *
 * @param event - SvelteKit's.
 */
export function peerOf(event: SvelteKitEventLike): string | undefined {
  try {
    return event.getClientAddress();
  } catch {
    return undefined;
  }
}
