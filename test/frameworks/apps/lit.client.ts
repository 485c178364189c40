import '../recipes/lit.ts';

export { tokens } from '../recipes/tokens.ts';

export function mount(target: Element): () => void {
  const element = document.createElement('call-status');
  target.replaceChildren(element);
  return () => element.remove();
}
