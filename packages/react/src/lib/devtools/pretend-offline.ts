/**
 * Lets the page believe that it has no network, as a browser tells it: `navigator.onLine` and the `offline` event.
 *
 * @returns lets it believe the truth again.
 */
export function pretendOffline(): () => void {
  Object.defineProperty(navigator, 'onLine', { configurable: true, get: () => false });
  window.dispatchEvent(new Event('offline'));
  return () => {
    Reflect.deleteProperty(navigator, 'onLine');
    window.dispatchEvent(new Event('online'));
  };
}
