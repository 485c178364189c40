import { createTokenManager, type TokenEvent } from '@realtime-session/core';
import { RealtimeSessionProvider, useRealtimeSession } from '@realtime-session/react';
import { useEffect, useLayoutEffect, type ReactNode } from 'react';
import { describe, expect, test } from 'vitest';
import { createStage, renderSettled, tokenResponse } from './support.tsx';

type Stage = ReturnType<typeof createStage>;

/** Records the types of the events of a session, for as long as the page lives. */
function createRecorder(stage: Stage) {
  const types: TokenEvent['type'][] = [];
  let stop: (() => void) | undefined;
  function Session(): ReactNode {
    const { status, on } = useRealtimeSession({ ...stage.options, key: stage.name });
    useLayoutEffect(() => void (stop ??= on(({ type }) => types.push(type))), [on]);
    return status;
  }
  return { types, Session, stop: () => stop?.() };
}

describe('on()', () => {
  test('reports the events of the session until it is stopped', async () => {
    const stage = createStage();
    stage.server.script(tokenResponse(100), tokenResponse(100));
    const { types, Session, stop } = createRecorder(stage);
    await renderSettled(<Session />, stage);
    expect(types).toEqual(['mint-started', 'mint-succeeded']);
    stop();
    await stage.advance(90_000);
    expect(stage.server.calls).toHaveLength(2);
    expect(types).toEqual(['mint-started', 'mint-succeeded']);
  });

  test('continues when the session is used again after it was disposed', async () => {
    const stage = createStage();
    stage.server.script(tokenResponse(), tokenResponse());
    const { types, Session, stop } = createRecorder(stage);
    const view = await renderSettled(<Session />, stage);
    view.rerender(<p>elsewhere</p>);
    await stage.advance(2_000);
    expect(types.at(-1)).toBe('disposed');
    view.rerender(<Session />);
    await stage.advance(0);
    expect(types.slice(3)).toEqual(['mint-started', 'mint-succeeded']);
    stop();
    view.rerender(<p>elsewhere</p>);
    await stage.advance(2_000);
    expect(types).toHaveLength(5);
  });

  test('reports the events of a provider’s manager', async () => {
    const stage = createStage();
    const manager = createTokenManager(stage.options);
    const types: string[] = [];
    function Listener(): ReactNode {
      const { on } = useRealtimeSession();
      useEffect(() => on(({ type }) => types.push(type)), [on]);
      return null;
    }
    const view = await renderSettled(
      <RealtimeSessionProvider manager={manager} children={<Listener />} />,
      stage,
    );
    manager.reset();
    expect(types).toContain('reset');
    view.unmount();
    manager.dispose();
    expect(types).not.toContain('disposed');
  });
});
