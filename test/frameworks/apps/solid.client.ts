import { createComponent, hydrate } from 'solid-js/web';
import { CallStatus } from '../recipes/solid-call-status.tsx';

export { tokens } from '../recipes/tokens.ts';

export function mount(target: Element): () => void {
  // What the script of `generateHydrationScript()` sets in a page.
  Reflect.set(globalThis, '_$HY', { events: [], completed: new WeakSet(), r: {} });
  return hydrate(() => createComponent(CallStatus, {}), target);
}
