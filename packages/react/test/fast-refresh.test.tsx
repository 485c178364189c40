import './install-refresh.ts';
import { useRealtimeSession } from '@realtime-session/react';
import { act, screen } from '@testing-library/react';
import type { ReactNode } from 'react';
import { performReactRefresh, register, setSignature } from 'react-refresh/runtime';
import { describe, expect, test } from 'vitest';
import { answer, createStage, renderSettled } from './support.tsx';

type Stage = ReturnType<typeof createStage>;

/** A module as a bundler leaves it: evaluated again at every save, its component registered under the same name. */
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

describe('saving a component while developing', () => {
  test.each([
    ['shared', shared],
    ['own', own],
  ])('an edit of what it shows keeps a %s token', async (name, source) => {
    const stage = createStage();
    stage.server.script(answer());
    const Before = save(name, 'same hooks', source(stage, 'before'));
    await renderSettled(<Before />, stage);
    expect(screen.getByText('before ready')).toBeTruthy();
    save(name, 'same hooks', source(stage, 'after'));
    act(() => void performReactRefresh());
    expect(screen.getByText('after ready')).toBeTruthy();
    await stage.advance(5_000);
    expect(stage.server.calls).toHaveLength(1);
  });

  test('an edit of its hooks mounts it again with the token it had', async () => {
    const stage = createStage();
    stage.server.script(answer());
    const Before = save('remounted', 'some hooks', shared(stage, 'before'));
    await renderSettled(<Before />, stage);
    save('remounted', 'other hooks', shared(stage, 'after'));
    act(() => void performReactRefresh());
    expect(screen.getByText('after ready')).toBeTruthy();
    await stage.advance(5_000);
    expect(stage.server.calls).toHaveLength(1);
  });
});
