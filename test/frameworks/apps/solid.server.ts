import { createComponent, renderToString } from 'solid-js/web';
import { CallStatus } from '../recipes/solid-call-status.tsx';

export const render = (): Promise<string> =>
  Promise.resolve(renderToString(() => createComponent(CallStatus, {})));
