// @vitest-environment happy-dom
import { createElement, act, StrictMode, type FunctionComponent } from 'react';
import { createRoot } from 'react-dom/client';
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';

/** A busy machine renders late. */
const LONG_TIMEOUT = { timeout: 10_000 };

beforeEach(() => {
  vi.stubGlobal('IS_REACT_ACT_ENVIRONMENT', true);
  vi.stubGlobal('fetch', () => Promise.resolve(Response.json({ value: 'ek_1', expires_in: 60 })));
  onTestFinished(() => void vi.unstubAllGlobals());
});

/** Renders a component until the test ends. */
async function render<Props extends object>(
  component: FunctionComponent<Props>,
  props: Props,
): Promise<HTMLElement> {
  const container = document.createElement('div');
  const root = createRoot(container);
  onTestFinished(() => act(() => root.unmount()));
  await act(async () => {
    root.render(createElement(component, props));
    await Promise.resolve();
  });
  return container;
}

describe('React', () => {
  it('passes the token to the connect callback when the button is clicked', async () => {
    const { Call } = await import('./snippets/react/call.tsx');
    const connect = vi.fn();
    const container = await render(Call, { connect });
    await act(() => vi.waitFor(() => expect(container.textContent).toBe('ready'), LONG_TIMEOUT));
    await act(async () => {
      container.querySelector('button')?.click();
      await Promise.resolve();
    });
    expect(connect).toHaveBeenCalledWith('ek_1');
  });

  it('shows an error when the call cannot be opened', async () => {
    vi.spyOn(console, 'warn').mockImplementation(() => undefined);
    const { Talk } = await import('./snippets/react/talk.tsx');
    const container = await render(Talk, {});
    expect(container.textContent).toBe('idle');
    container.querySelector('button')?.click();
    await act(() =>
      vi.waitFor(() => expect(container.textContent).not.toMatch(/^(idle|connecting)$/), LONG_TIMEOUT),
    );
  });

  it('renders the devtools when they are enabled', async () => {
    const { DevtoolsPanel } = await import('./snippets/react/devtools.tsx');
    const container = await render(DevtoolsPanel, { when: true });
    await vi.waitFor(async () => {
      await act(() => Promise.resolve());
      expect(container.textContent).toContain('Realtime sessions');
    }, LONG_TIMEOUT);
  });

  it('resets the shared manager at sign-out', async () => {
    const { App } = await import('./snippets/react/app.tsx');
    const signOut = vi.fn(() => Promise.resolve());
    const container = await render(App, { signOut });
    await act(() => vi.waitFor(() => expect(container.textContent).toMatch(/ready/), LONG_TIMEOUT));
    await act(async () => {
      container.querySelector('button')?.click();
      await Promise.resolve();
    });
    expect(signOut).toHaveBeenCalledOnce();
    expect(container.textContent).not.toMatch(/ready/);
  });

  it('mints nothing for an account after its sign-out, and keeps the other one', async () => {
    const mint = vi.fn(() => Promise.resolve(Response.json({ value: 'ek_1', expires_in: 60 })));
    vi.stubGlobal('fetch', mint);
    const { Accounts, createAccount } = await import('./snippets/react/accounts.tsx');
    const signedIn = ['ann', 'bob'].map((id) => createAccount(id, () => Promise.resolve(id)));
    const inStrictMode = () => createElement(StrictMode, null, createElement(Accounts, { signedIn }));
    const container = await render(inStrictMode, {});
    const statuses = () => signedIn.map(({ tokens }) => tokens.getState().status);
    await act(() => vi.waitFor(() => expect(statuses()).toEqual(['ready', 'ready']), LONG_TIMEOUT));
    act(() => container.querySelectorAll('button')[1]?.click());
    expect(statuses()).toEqual(['disposed', 'ready']);
    expect(container.textContent).toBe('bob: idleCallSign out');
    expect(mint).toHaveBeenCalledTimes(2);
    for (const { tokens } of signedIn) tokens.dispose();
  });

  it('notifies subscribers of each status when the store has middleware', async () => {
    const log = vi.spyOn(console, 'log').mockImplementation(() => undefined);
    const { store } = await import('./snippets/react/store.ts');
    await vi.waitFor(() => expect(log).toHaveBeenCalledWith('ready', 'loading'), LONG_TIMEOUT);
    store.manager.dispose();
  });
});
