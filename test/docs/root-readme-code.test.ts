// @vitest-environment happy-dom
import { act, createElement } from 'react';
import { createRoot } from 'react-dom/client';
import { expect, it, onTestFinished, vi } from 'vitest';

it('shows why a call could not be opened', async () => {
  vi.stubGlobal('IS_REACT_ACT_ENVIRONMENT', true);
  vi.stubGlobal('fetch', () => Promise.resolve(Response.json({ value: 'ek_1', expires_in: 60 })));
  vi.spyOn(console, 'warn').mockImplementation(() => undefined);
  const { Call } = await import('./snippets/readme/call.tsx');
  const container = document.createElement('div');
  const root = createRoot(container);
  onTestFinished(() => {
    act(() => root.unmount());
    vi.unstubAllGlobals();
    vi.restoreAllMocks();
  });
  act(() => root.render(createElement(Call)));
  expect(container.textContent).toBe('idle');
  act(() => container.querySelector('button')?.click());
  const showsError = () => expect(container.textContent).not.toMatch(/^(idle|connecting)$/);
  await act(() => vi.waitFor(showsError, { timeout: 10_000 }));
});
