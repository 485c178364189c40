/** As much of a page as libraries look at: whether it is seen, and whether there is a network. */
export function createPage() {
  const document = Object.assign(new globalThis.EventTarget(), { hidden: false, visibilityState: 'visible' });
  const window = Object.assign(new globalThis.EventTarget(), { document });
  const navigator = { onLine: true, userAgent: 'bench' };
  const tell = (target, type) => target.dispatchEvent(new globalThis.Event(type));

  function setVisibility(state) {
    document.visibilityState = state;
    document.hidden = state === 'hidden';
    tell(document, 'visibilitychange');
    tell(window, 'visibilitychange'); // it bubbles
  }

  return {
    globals: { document, window, navigator },
    isHidden: () => document.hidden,
    isOnline: () => navigator.onLine,
    hide: () => setVisibility('hidden'),
    show: () => setVisibility('visible'),
    goOffline() {
      navigator.onLine = false;
      tell(window, 'offline');
    },
    goOnline() {
      navigator.onLine = true;
      tell(window, 'online');
    },
  };
}
