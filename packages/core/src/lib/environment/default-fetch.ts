/** The part of `fetch` this package uses. */
export type FetchLike = (url: string, init: RequestInit) => Promise<Response>;

/** The runtime's own `fetch`, looked up at every call so that instrumentation installed later is used. */
export const defaultFetch: FetchLike = (url, init) => fetch(url, init);
