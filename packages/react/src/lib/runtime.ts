/** The DOM types promise these globals everywhere; servers and React Native do not have them, or have only a part. */
interface Globals {
  readonly document?: Partial<Document> | null;
  readonly navigator?: Partial<Navigator>;
}

/**
 * Whether this code renders for many users, whose requests must not share a store. A page or a React Native app belongs to one
 * user. A `document` without a window is a polyfill, and may be on a server.
 */
export function isServer(): boolean {
  const { document, navigator } = globalThis as Globals;
  return !document?.defaultView && navigator?.product !== 'ReactNative';
}
