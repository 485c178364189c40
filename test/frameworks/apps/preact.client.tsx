import { h, hydrate, render } from 'preact';
import { CallStatus } from '../recipes/preact.tsx';

export function mount(target: Element): () => void {
  hydrate(h(CallStatus as never, null), target);
  return () => render(null, target);
}
