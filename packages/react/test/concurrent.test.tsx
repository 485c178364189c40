import { createTokenManager } from '@realtime-session/core';
import { useRealtimeSession, type UseRealtimeSessionResult } from '@realtime-session/react';
import { act, render, screen, waitFor } from '@testing-library/react';
import {
  startTransition,
  Suspense,
  useDeferredValue,
  useLayoutEffect,
  useState,
  type Dispatch,
  type ReactNode,
} from 'react';
import { createRoot } from 'react-dom/client';
import { describe, expect, onTestFinished, test } from 'vitest';
import { tokenResponse, createStage, renderSettled, withToken } from './support.tsx';

type Stage = ReturnType<typeof createStage>;

/** Blocks for longer than the 5 ms after which React yields. */
function work(): void {
  const untilMs = performance.now() + 6;
  while (performance.now() < untilMs);
}

/** Renders as on a page: without `act`, in time slices. */
function renderSliced(element: ReactNode): HTMLElement {
  const isAct = Reflect.get(globalThis, 'IS_REACT_ACT_ENVIRONMENT') as unknown; // React's own switch; has no type
  Reflect.set(globalThis, 'IS_REACT_ACT_ENVIRONMENT', false);
  const container = document.body.appendChild(document.createElement('div'));
  const root = createRoot(container);
  onTestFinished(() => {
    root.unmount();
    container.remove();
    Reflect.set(globalThis, 'IS_REACT_ACT_ENVIRONMENT', isAct);
  });
  root.render(element);
  return container;
}

const expiry = (session: UseRealtimeSessionResult): string =>
  session.status === 'ready' ? String(session.expiresAtMs) : session.status;

describe('an external update during a render', () => {
  test.each([
    ['with a selector', (session: UseRealtimeSessionResult) => session],
    ['without a selector', undefined],
  ])('never shows two states on one page, %s', async (_name, selector) => {
    const stage = createStage();
    const manager = createTokenManager({ ...stage.options, initialToken: tokenResponse(600) });
    const before = expiry({ ...manager.getState() } as UseRealtimeSessionResult); // only its state is read
    const renders: string[] = [];
    const frames: string[][] = [];
    let update = (): void => undefined;

    function Slow(): ReactNode {
      const session = selector ? useRealtimeSession(manager, selector) : useRealtimeSession(manager);
      work();
      renders.push(expiry(session));
      if (renders.length === 3) setTimeout(() => update());
      return <li>{expiry(session)}</li>;
    }
    function Page(): ReactNode {
      const [isOpen, setOpen] = useState(false);
      const list = Array.from({ length: 12 }, (_, index) => <Slow key={index} />);
      return (
        <>
          <button onClick={() => startTransition(() => setOpen(true))}>open</button>
          <ul>{isOpen && list}</ul>
        </>
      );
    }
    const page = renderSliced(<Page />);
    await waitFor(() => expect(page.querySelector('button')).toBeTruthy());
    const watch = new MutationObserver(() =>
      frames.push([...new Set([...page.querySelectorAll('li')].map((item) => item.textContent))]),
    );
    watch.observe(page, { childList: true, subtree: true, characterData: true });
    onTestFinished(() => watch.disconnect());

    let wasMidRender = false;
    update = () => {
      wasMidRender = renders.length < 12 && page.querySelector('li') === null;
      manager.setToken(tokenResponse(900));
    };
    page.querySelector('button')!.click();
    await waitFor(() => expect(page.querySelectorAll('li')).toHaveLength(12));
    const after = expiry({ ...manager.getState() } as UseRealtimeSessionResult); // only its state is read
    await waitFor(() => expect(frames.at(-1)).toEqual([after]));
    expect(wasMidRender).toBe(true);
    expect(new Set(renders)).toEqual(new Set([before, after]));
    expect(frames.filter((texts) => texts.length > 1)).toEqual([]);
    manager.dispose();
  });
});

/** Creates a component that records, for every commit, the user it shows and the token it holds. */
function createUsers(stage: Stage) {
  const frames: string[] = [];
  function User({ user, children }: { user: string; children?: ReactNode }): ReactNode {
    const session = useRealtimeSession({ ...stage.options, key: stage.name, params: { user } }, withToken);
    const text = `${user} ${session.status} ${session.token}`;
    useLayoutEffect(() => void frames.push(text));
    return (
      <p>
        {text}
        {children}
      </p>
    );
  }
  return { frames, User, requestedParams: () => stage.server.calls.map((call) => call.params) };
}

describe('a transition to another user', () => {
  test('never shows the token of the previous user', async () => {
    const stage = createStage();
    const { frames, User, requestedParams } = createUsers(stage);
    let signIn: Dispatch<string> = () => undefined;
    function Page(): ReactNode {
      const [user, setUser] = useState('ann');
      signIn = setUser;
      return <User user={user} />;
    }
    await renderSettled(<Page />, stage);
    stage.server.calls[0]!.resolve({ value: 'ek_ann', expires_in: 600 });
    await stage.advance(0);
    act(() => startTransition(() => signIn('bob')));
    await stage.advance(0);
    expect(frames.at(-1)).toBe('bob loading -');
    stage.server.calls[1]!.resolve({ value: 'ek_bob', expires_in: 600 });
    await stage.advance(0);
    expect(frames.at(-1)).toBe('bob ready ek_bob');
    expect(frames.filter((frame) => /ann.*bob|bob.*ann/.test(frame))).toEqual([]);
    expect(requestedParams()).toEqual([{ user: 'ann' }, { user: 'bob' }]);
  });

  test('mints nothing when React discards the render', async () => {
    const stage = createStage();
    const { User, requestedParams } = createUsers(stage);
    const never = new Promise(() => undefined);
    function Later(): ReactNode {
      throw never; // eslint-disable-line @typescript-eslint/only-throw-error -- how a component suspends in React 18 and 19
    }
    let signIn: Dispatch<string> = () => undefined;
    function Page(): ReactNode {
      const [user, setUser] = useState('ann');
      signIn = setUser;
      return (
        <Suspense fallback="wait">
          <User key={user} user={user}>
            {user === 'bob' && <Later />}
          </User>
        </Suspense>
      );
    }
    stage.server.script({ value: 'ek_ann', expires_in: 600 }, { value: 'ek_eve', expires_in: 600 });
    render(<Page />);
    await stage.advance(0);
    act(() => startTransition(() => signIn('bob')));
    await stage.advance(60_000);
    expect(screen.getByText('ann ready ek_ann')).toBeTruthy();
    act(() => startTransition(() => signIn('eve')));
    await stage.advance(0);
    expect(screen.getByText('eve ready ek_eve')).toBeTruthy();
    expect(requestedParams()).toEqual([{ user: 'ann' }, { user: 'eve' }]);
  });

  test('shows a deferred user with that user’s token', async () => {
    const stage = createStage();
    const { frames, User, requestedParams } = createUsers(stage);
    function Deferred({ user }: { user: string }): ReactNode {
      return <User user={useDeferredValue(user)} />;
    }
    stage.server.script({ value: 'ek_ann', expires_in: 600 }, { value: 'ek_bob', expires_in: 600 });
    const view = render(<Deferred user="ann" />);
    await stage.advance(0);
    view.rerender(<Deferred user="bob" />);
    await stage.advance(0);
    expect(frames.at(-1)).toBe('bob ready ek_bob');
    expect(frames.filter((frame) => /ann.*bob|bob.*ann/.test(frame))).toEqual([]);
    expect(requestedParams()).toEqual([{ user: 'ann' }, { user: 'bob' }]);
  });
});

describe('a component that suspends after the hook', () => {
  test.each(['shared', 'own'])('mints once after it resumes, with its %s store', async (kind) => {
    const stage = createStage();
    stage.server.script(tokenResponse());
    let isLoaded = false;
    let load = (): void => undefined;
    const loaded = new Promise<void>((resolve) => {
      load = () => {
        isLoaded = true;
        resolve();
      };
    });
    function Call(): ReactNode {
      const key = kind === 'shared' ? stage.name : undefined;
      const { status } = useRealtimeSession({ ...stage.options, key });
      if (!isLoaded) throw loaded; // eslint-disable-line @typescript-eslint/only-throw-error -- how a component suspends in React 18 and 19
      return <p>{status}</p>;
    }
    render(
      <Suspense fallback="wait">
        <Call />
      </Suspense>,
    );
    await stage.advance(60_000);
    expect([stage.server.calls.length, stage.environment.clock.pending()]).toEqual([0, 0]);
    await act(async () => {
      load();
      await loaded;
    });
    await stage.advance(5_000);
    expect(screen.getByText('ready')).toBeTruthy();
    expect(stage.server.calls).toHaveLength(1);
  });

  test.each(['shared', 'own'])(
    'keeps the token when Suspense suspends again, with its %s store',
    async (kind) => {
      const stage = createStage();
      stage.server.script(tokenResponse());
      let load = (): void => undefined;
      let loading: Promise<void> | undefined;
      function Part(): ReactNode {
        if (loading) throw loading; // eslint-disable-line @typescript-eslint/only-throw-error -- how a component suspends in React 18 and 19
        return <p>loaded</p>;
      }
      function Call(): ReactNode {
        const key = kind === 'shared' ? stage.name : undefined;
        return <p>{useRealtimeSession({ ...stage.options, key }).status}</p>;
      }
      const page = (): ReactNode => (
        <Suspense fallback="wait">
          <Call />
          <Part />
        </Suspense>
      );
      const view = render(page());
      await stage.advance(0);
      loading = new Promise((resolve) => (load = resolve));
      view.rerender(page());
      await stage.advance(60_000);
      expect(screen.getByText('wait')).toBeTruthy();
      await act(async () => {
        const loaded = loading;
        loading = undefined;
        load();
        await loaded;
      });
      await stage.advance(60_000);
      expect(screen.getByText('ready')).toBeTruthy();
      expect(stage.server.calls).toHaveLength(1);
    },
  );
});
