import { h } from 'preact';
import { renderToString } from 'preact-render-to-string';
import { CallStatus } from '../recipes/preact.tsx';

export const render = (): Promise<string> => Promise.resolve(renderToString(h(CallStatus as never, null)));
