import { render as renderTemplate } from '@lit-labs/ssr';
import { collectResult } from '@lit-labs/ssr/lib/render-result.js';
import { html } from 'lit';
import '../recipes/lit.ts';

export const render = (): Promise<string> => collectResult(renderTemplate(html`<call-status></call-status>`));
