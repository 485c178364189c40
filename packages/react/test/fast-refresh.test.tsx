import './install-refresh.ts';
import { useRealtimeSession } from '@realtime-session/react';
import { act, screen } from '@testing-library/react';
import type { ReactNode } from 'react';
import { performReactRefresh, register, setSignature } from 'react-refresh/runtime';
import { describe, expect, test } from 'vitest';
import { tokenResponse, createStage, renderSettled } from './support.tsx';

type Stage = ReturnType<typeof createStage>;

/** Registers a component as a bundler does: every save evaluates the module again and uses the same id. */
function save(id: string, hooks: string, Component: () => ReactNode): () => ReactNode {
  register(Component, id);
  setSignature(Component, hooks);
  return Component;
}

const shared = (stage: Stage, text: string) =>
  function Shared(): ReactNode {
    return <p>{`${text} ${useRealtimeSession({ ...stage.options, key: stage.name }).status}`}</p>;
  };

const own = (stage: Stage, text: string) =>
  function Own(): ReactNode {
    const { fetchToken, environment } = stage.options;
    return (
      <p>{`${text} ${useRealtimeSession({ fetchToken: (request) => fetchToken(request), environment }).status}`}</p>
    );
  };

describe('editing a component during development', () => {
  test.each([
    ['shared', shared],
    ['own', own],
  ])('keeps a %s token when only the output changes', async (name, source) => {
    const stage = createStage();
    stage.server.script(tokenResponse());
    const Before = save(name, 'same hooks', source(stage, 'before'));
    await renderSettled(<Before />, stage);
    expect(screen.getByText('before ready')).toBeTruthy();
    save(name, 'same hooks', source(stage, 'after'));
    act(() => void performReactRefresh());
    expect(screen.getByText('after ready')).toBeTruthy();
    await stage.advance(5_000);
    expect(stage.server.calls).toHaveLength(1);
  });

  test('keeps the token when the hooks change and the component remounts', async () => {
    const stage = createStage();
    stage.server.script(tokenResponse());
    const Before = save('remounted', 'some hooks', shared(stage, 'before'));
    await renderSettled(<Before />, stage);
    save('remounted', 'other hooks', shared(stage, 'after'));
    act(() => void performReactRefresh());
    expect(screen.getByText('after ready')).toBeTruthy();
    await stage.advance(5_000);
    expect(stage.server.calls).toHaveLength(1);
  });
});
