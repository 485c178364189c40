import type { TokenFetcher } from '@realtime-session/core';

/** What the panel makes fail. */
export interface Faults {
  /** Whether any fetcher was wrapped, so that faults can have an effect. */
  readonly isInstalled: boolean;
  readonly nextMint: 'succeeds' | 'fails';
  readonly network: 'online' | 'offline';
}

const noFaults: Faults = { isInstalled: false, nextMint: 'succeeds', network: 'online' };

const listeners = new Set<() => void>();
let faults = noFaults;

/**
 * Lets the devtools panel make a fetcher's mints fail. Without the panel the fetcher works as before. Install it in
 * development only.
 *
 * @param fetchToken - The fetcher to wrap, for example `endpoint('/api/realtime-session')`.
 *
 * @example
 * ```tsx
 * const fetchToken = withFaultInjection(endpoint('/api/realtime-session'));
 * useRealtimeSession({ key: 'voice', fetchToken });
 * ```
 */
export function withFaultInjection<Params = unknown>(fetchToken: TokenFetcher<Params>): TokenFetcher<Params> {
  // Without notifying: this can run while React renders. The panel reads it the next time it renders.
  if (!faults.isInstalled) faults = { ...faults, isInstalled: true };
  return (request) => {
    if (faults.network === 'offline') throw networkError('The devtools took the network offline.');
    if (faults.nextMint === 'succeeds') return fetchToken(request);
    setFaults({ ...faults, nextMint: 'succeeds' });
    throw networkError('The devtools failed this mint.');
  };
}

export function subscribeToFaults(listener: () => void): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}

export function getFaults(): Faults {
  return faults;
}

export function getServerFaults(): Faults {
  return noFaults;
}

export function toggleNextMint(): void {
  setFaults({ ...faults, nextMint: faults.nextMint === 'fails' ? 'succeeds' : 'fails' });
}

/** Wrapped fetchers fail while offline, and `navigator.onLine` and the page's `offline` and `online` events agree. */
export function toggleNetwork(): void {
  setNetwork(faults.network === 'offline' ? 'online' : 'offline');
}

export function resetFaults(): void {
  setNetwork('online');
  setFaults({ ...faults, nextMint: 'succeeds' });
}

function setNetwork(network: Faults['network']): void {
  if (network === faults.network) return;
  setFaults({ ...faults, network });
  if (network === 'offline')
    Object.defineProperty(navigator, 'onLine', { configurable: true, get: () => false });
  else Reflect.deleteProperty(navigator, 'onLine');
  window.dispatchEvent(new Event(network));
}

function setFaults(next: Faults): void {
  faults = next;
  for (const listener of [...listeners]) listener();
}

/** The manager treats an error with this name as a failure of the network. */
function networkError(message: string): DOMException {
  return new DOMException(message, 'NetworkError');
}
