import { flushSync, hydrate, unmount } from 'svelte';
import CallStatus from '../recipes/CallStatus.svelte';

export { tokens } from '../recipes/tokens.ts';

export function mount(target: Element): () => void {
  const app = hydrate(CallStatus, { target });
  flushSync();
  return () => void unmount(app);
}
