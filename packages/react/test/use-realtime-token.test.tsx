import { createTokenManager } from '@realtime-session/core';
import { RealtimeSessionProvider, useRealtimeSession, useRealtimeToken } from '@realtime-session/react';
import { act, fireEvent, render, screen } from '@testing-library/react';
import { StrictMode, type ReactNode } from 'react';
import { describe, expect, test } from 'vitest';
import { createStage, renderSettled, tokenResponse } from './support.tsx';

type Stage = ReturnType<typeof createStage>;

function Shared({ stage, user }: { stage: Stage; user?: string }): ReactNode {
  const token = useRealtimeToken({ ...stage.options, key: stage.name, params: user, jitterRatio: 0 });
  return <p>{token?.value ?? 'no token'}</p>;
}

describe('useRealtimeToken', () => {
  test('fetches a token while mounted, and returns it', async () => {
    const stage = createStage();
    const view = await renderSettled(<Shared stage={stage} />, stage);
    expect(screen.getByText('no token')).toBeTruthy();
    stage.server.calls[0]!.resolve({ value: 'ek_1', expires_in: 600 });
    await stage.advance(0);
    expect(screen.getByText('ek_1')).toBeTruthy();
    view.unmount();
    await stage.advance(1_000);
    expect(stage.environment.clock.pending()).toBe(0);
  });

  test('returns the new token after a refresh, and no token when it expires', async () => {
    const stage = createStage();
    stage.server.script({ value: 'ek_1', expires_in: 100 }, { value: 'ek_2', expires_in: 100 });
    await renderSettled(<Shared stage={stage} />, stage);
    await stage.advance(80_000);
    expect(screen.getByText('ek_2')).toBeTruthy();
    await stage.advance(100_000);
    expect(screen.getByText('no token')).toBeTruthy();
  });

  test('shows nothing of the previous user', async () => {
    const stage = createStage();
    stage.server.script({ value: 'ek_ann', expires_in: 600 });
    const view = await renderSettled(<Shared stage={stage} user="ann" />, stage);
    expect(screen.getByText('ek_ann')).toBeTruthy();
    view.rerender(<Shared stage={stage} user="bob" />);
    expect(screen.getByText('no token')).toBeTruthy();
    await stage.advance(0);
    stage.server.calls.at(-1)!.resolve({ value: 'ek_bob', expires_in: 600 });
    await stage.advance(0);
    expect(screen.getByText('ek_bob')).toBeTruthy();
  });

  test('shares one mint with useRealtimeSession, under StrictMode', async () => {
    const stage = createStage();
    stage.server.script(tokenResponse());
    function Status(): ReactNode {
      return useRealtimeSession({ ...stage.options, key: stage.name, params: undefined }).status;
    }
    await renderSettled(
      <StrictMode>
        <Shared stage={stage} />
        <Status />
      </StrictMode>,
      stage,
    );
    await stage.advance(5_000);
    expect(stage.server.calls).toHaveLength(1);
  });

  test('uses the nearest provider without a source, and follows sign-out', () => {
    const stage = createStage();
    const manager = createTokenManager({
      ...stage.options,
      initialToken: { value: 'ek_1', expires_in: 600 },
    });
    function Token(): ReactNode {
      const reset = useRealtimeSession(undefined, (session) => session.reset);
      return <button onClick={() => reset()}>{useRealtimeToken()?.value ?? 'no token'}</button>;
    }
    render(<RealtimeSessionProvider manager={manager} children={<Token />} />);
    expect(screen.getByText('ek_1')).toBeTruthy();
    fireEvent.click(screen.getByRole('button'));
    expect(screen.getByText('no token')).toBeTruthy();
    act(() => manager.setToken({ value: 'ek_2', expires_in: 600 }));
    expect(screen.getByText('ek_2')).toBeTruthy();
  });

  test('renders only when the token changes', async () => {
    const stage = createStage();
    stage.server.script(tokenResponse(100), new TypeError('Failed to fetch'));
    let renders = 0;
    function Token(): ReactNode {
      renders += 1;
      return useRealtimeToken(stage.options)?.toString();
    }
    await renderSettled(<Token />, stage);
    expect(renders).toBe(2);
    await stage.advance(85_000);
    expect(stage.server.calls.length).toBeGreaterThan(1);
    expect(renders).toBe(2);
  });
});
