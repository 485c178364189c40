import { createSSRApp } from 'vue';
import CallStatus from '../recipes/CallStatus.vue';

export { tokens } from '../recipes/tokens.ts';

export function mount(target: Element): () => void {
  const app = createSSRApp(CallStatus);
  app.mount(target);
  return () => app.unmount();
}
