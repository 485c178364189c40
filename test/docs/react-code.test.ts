// @vitest-environment happy-dom
import { createElement, act, type FunctionComponent } from 'react';
import { createRoot } from 'react-dom/client';
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';

/** A machine that is busy renders late. */
const PATIENT = { timeout: 10_000 };

beforeEach(() => {
  vi.stubGlobal('IS_REACT_ACT_ENVIRONMENT', true);
  vi.stubGlobal('fetch', () => Promise.resolve(Response.json({ value: 'ek_1', expires_in: 60 })));
  onTestFinished(() => void vi.unstubAllGlobals());
});

/** Renders a component until the test is over. */
async function show<Props extends object>(
  component: FunctionComponent<Props>,
  props: Props,
): Promise<HTMLElement> {
  const place = document.createElement('div');
  const root = createRoot(place);
  onTestFinished(() => act(() => root.unmount()));
  await act(async () => {
    root.render(createElement(component, props));
    await Promise.resolve();
  });
  return place;
}

describe('React', () => {
  it('a button gets a token, and gives it to what connects', async () => {
    const { Call } = await import('./snippets/react/call.tsx');
    const connect = vi.fn();
    const place = await show(Call, { connect });
    await act(() => vi.waitFor(() => expect(place.textContent).toBe('ready'), PATIENT));
    await act(async () => {
      place.querySelector('button')?.click();
      await Promise.resolve();
    });
    expect(connect).toHaveBeenCalledWith('ek_1');
  });

  it('a call that cannot be opened here says so', async () => {
    vi.spyOn(console, 'warn').mockImplementation(() => undefined);
    const { Talk } = await import('./snippets/react/talk.tsx');
    const place = await show(Talk, {});
    expect(place.textContent).toBe('idle');
    place.querySelector('button')?.click();
    await act(() => vi.waitFor(() => expect(place.textContent).not.toMatch(/^(idle|connecting)$/), PATIENT));
  });

  it('the devtools come in development', async () => {
    const { DevelopmentOnly } = await import('./snippets/react/devtools.tsx');
    const place = await show(DevelopmentOnly, {});
    await vi.waitFor(async () => {
      await act(() => Promise.resolve());
      expect(place.textContent).toContain('Realtime sessions');
    }, PATIENT);
  });

  it('an app has one manager, forgets at sign-out, and counts down', async () => {
    const { App } = await import('./snippets/react/app.tsx');
    const signOut = vi.fn(() => Promise.resolve());
    const place = await show(App, { signOut });
    await act(() => vi.waitFor(() => expect(place.textContent).toMatch(/ready/), PATIENT));
    await act(async () => {
      place.querySelector('button')?.click();
      await Promise.resolve();
    });
    expect(signOut).toHaveBeenCalledOnce();
    expect(place.textContent).not.toMatch(/ready/);
  });

  it('a store with middleware tells of each status', async () => {
    const log = vi.spyOn(console, 'log').mockImplementation(() => undefined);
    const { store } = await import('./snippets/react/store.ts');
    await vi.waitFor(() => expect(log).toHaveBeenCalledWith('ready', 'loading'), PATIENT);
    store.manager.dispose();
  });
});
