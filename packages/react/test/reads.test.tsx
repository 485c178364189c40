import { createTokenManager } from '@realtime-session/core';
import { useRealtimeSession, type UseRealtimeSessionResult } from '@realtime-session/react';
import { act, fireEvent, render, screen } from '@testing-library/react';
import { useEffect, useRef, useState, type ReactNode } from 'react';
import { describe, expect, test } from 'vitest';
import { tokenResponse, createStage } from './support.tsx';

/** A manager with a ten-minute token, and a function that replaces the token with one of another lifetime. */
function createReadyManager() {
  const manager = createTokenManager({ ...createStage().options, initialToken: tokenResponse(600) });
  const expiry = (): number | undefined => {
    const state = manager.getState();
    return state.status === 'ready' ? state.expiresAtMs : undefined;
  };
  return {
    manager,
    expiry,
    replace: (seconds: number) => act(() => manager.setToken(tokenResponse(seconds))),
  };
}

const expiryOf = (session: UseRealtimeSessionResult): number | undefined =>
  session.status === 'ready' ? session.expiresAtMs : undefined;

describe('a component that reads a session without a selector', () => {
  test('reads the latest values in a handler, without a re-render', () => {
    const { manager, expiry, replace } = createReadyManager();
    const found: unknown[] = [];
    let renders = 0;
    function Page(): ReactNode {
      const session = useRealtimeSession(manager);
      renders += 1;
      return <button onClick={() => found.push(expiryOf(session))}>{session.status}</button>;
    }
    render(<Page />);
    const before = renders;
    replace(900);
    expect(renders).toBe(before);
    fireEvent.click(screen.getByRole('button'));
    expect(found).toEqual([expiry()]);
  });

  test('reads the latest value of a new member, and re-renders for it from then on', () => {
    const { manager, expiry, replace } = createReadyManager();
    const shown: unknown[] = [];
    let open = (): void => undefined;
    function Page(): ReactNode {
      const [isOpen, setOpen] = useState(false);
      const session = useRealtimeSession(manager);
      open = () => setOpen(true);
      const text = isOpen ? expiryOf(session) : session.status;
      useEffect(() => void shown.push(text));
      return null;
    }
    render(<Page />);
    replace(900);
    act(() => open());
    expect(shown).toEqual(['ready', expiry()]);
    replace(1_200);
    expect(shown).toEqual(['ready', expect.any(Number), expiry()]);
  });

  test('can keep a session to compare it with the next one', () => {
    const { manager } = createReadyManager();
    const changes: string[] = [];
    function Page(): ReactNode {
      const session = useRealtimeSession(manager);
      const before = useRef(session);
      useEffect(() => {
        if (before.current.status !== session.status)
          changes.push(`${before.current.status} → ${session.status}`);
        before.current = session;
      }, [session]);
      return session.status;
    }
    render(<Page />);
    act(() => manager.dispose());
    expect(changes).toEqual(['ready → disposed']);
  });

  test('re-renders for every member when it reads them all', () => {
    const { manager, replace } = createReadyManager();
    const copies: object[] = [];
    function Page(): ReactNode {
      const session = useRealtimeSession(manager);
      copies.push({ ...session });
      return 'expiresAtMs' in session ? 'with expiry' : 'without';
    }
    render(<Page />);
    expect(copies.at(-1)).toMatchObject(manager.getState());
    replace(900);
    expect(copies.at(-1)).toMatchObject(manager.getState());
    expect(screen.getByText(/with expiry/)).toBeTruthy();
    act(() => manager.dispose());
    expect(screen.getByText(/without/)).toBeTruthy();
    expect(copies.at(-1)).not.toHaveProperty('expiresAtMs');
  });

  test('finds no function that reads the token while rendering', () => {
    const { manager } = createReadyManager();
    const members: string[][] = [];
    function Page(): ReactNode {
      const session = useRealtimeSession(manager);
      members.push(Object.keys({ ...session }));
      return 'peek' in session ? 'peek' : 'no peek';
    }
    render(<Page />);
    expect(members.flat()).not.toContain('peek');
    expect(screen.getByText('no peek')).toBeTruthy();
  });
});
