import { createTokenManager, type TokenManager } from '@realtime-session/core';
import { RealtimeSessionProvider, useRealtimeSession, useRealtimeToken } from '@realtime-session/react';
import { act, render, screen } from '@testing-library/react';
import type { ReactNode } from 'react';
import { expect, test } from 'vitest';
import './support.tsx';

function createManager(value: string): TokenManager {
  return createTokenManager({
    fetchToken: () => ({ value: `${value}_fetched`, expires_in: 600 }),
    initialToken: { value, expires_in: 600 },
  });
}

/** In a compiled component, a value is computed again only when what it depends on changes. */
function Token({ manager }: { manager: TokenManager }): ReactNode {
  const { status } = useRealtimeSession(manager);
  const token = useRealtimeToken(manager);
  return <p>{`${status} ${token?.value ?? 'none'}`}</p>;
}

function SelectedToken({ manager }: { manager: TokenManager }): ReactNode {
  const { status, value } = useRealtimeSession(manager, (session) => ({
    status: session.status,
    value: session.peek()?.value,
  }));
  return <p>{`${status} ${value ?? 'none'}`}</p>;
}

function NearestToken(): ReactNode {
  const { status } = useRealtimeSession();
  return <p>{`${status} ${useRealtimeToken()?.value ?? 'none'}`}</p>;
}

const ProvidedToken = ({ manager }: { manager: TokenManager }): ReactNode => (
  <RealtimeSessionProvider manager={manager}>
    <NearestToken />
  </RealtimeSessionProvider>
);

test.each([
  ['useRealtimeToken()', Token],
  ['a selector', SelectedToken],
  ['the nearest provider', ProvidedToken],
])('shows the current token of the current user, with %s', (_name, Page) => {
  const [ann, bob] = [createManager('ek_ann'), createManager('ek_bob')];
  const view = render(<Page manager={ann} />);
  expect(screen.getByText('ready ek_ann')).toBeTruthy();
  act(() => ann.setToken({ value: 'ek_ann2', expires_in: 900 }));
  expect(screen.getByText('ready ek_ann2')).toBeTruthy();
  view.rerender(<Page manager={bob} />);
  expect(screen.getByText('ready ek_bob')).toBeTruthy();
  act(() => ann.setToken({ value: 'ek_ann3', expires_in: 900 }));
  act(() => bob.setToken({ value: 'ek_bob2', expires_in: 900 }));
  expect(screen.getByText('ready ek_bob2')).toBeTruthy();
  act(() => bob.dispose());
  expect(screen.getByText('disposed none')).toBeTruthy();
});

test('runs compiled where it should', () => {
  // The compiler keeps what it computed in a cache that it creates with this function.
  const isCompiled = /\b_c\w*\(\d+\)|useMemoCache|\.c\)\(\d+\)/.test(Token.toString());
  expect(isCompiled).toBe(process.env['REACT_COMPILER'] === 'on');
});
