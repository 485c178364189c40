import './install-refresh.ts';
import { createTokenManager } from '@realtime-session/core';
import { useRealtimeSession } from '@realtime-session/react';
import { useRealtimeConnection } from '@realtime-session/react/webrtc';
import { act, screen } from '@testing-library/react';
import { Fragment, StrictMode, useEffect, type ReactNode } from 'react';
import { performReactRefresh, register, setSignature } from 'react-refresh/runtime';
import { describe, expect, test } from 'vitest';
import { createBrowser } from './connection-platform.ts';
import { tokenResponse, createStage, flushPromises, renderSettled } from './support.tsx';

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

describe('editing the component that holds a call', () => {
  test.each([
    ['a manager', Fragment, (stage: Stage) => createTokenManager(stage.options)],
    ['options', Fragment, (stage: Stage) => ({ ...stage.options, key: stage.name })],
    ['options, under StrictMode', StrictMode, (stage: Stage) => ({ ...stage.options, key: stage.name })],
  ])('keeps the call open, with %s', async (name, Mode, createSource) => {
    const stage = createStage();
    stage.server.script(tokenResponse());
    const browser = createBrowser({ api: 'answers' });
    const source = createSource(stage);
    const version = (text: string) =>
      function Call(): ReactNode {
        const { status, connect } = useRealtimeConnection(source, { platform: browser.platform });
        return <button onClick={() => void connect()}>{`${text} ${status}`}</button>;
      };
    const Before = save(`call with ${name}`, 'same hooks', version('before'));
    await renderSettled(<Mode children={<Before />} />, stage);
    await flushPromises(() => screen.getByRole('button').click());
    expect(screen.getByText('before connected')).toBeTruthy();
    for (const text of ['after', 'once more']) {
      save(`call with ${name}`, 'same hooks', version(text));
      await flushPromises(() => performReactRefresh());
      expect(screen.getByText(`${text} connected`)).toBeTruthy();
    }
    expect([browser.prompts(), browser.openCalls(), ...browser.microphones()]).toEqual([1, 1, 'live']);
  });

  test('opens one call when an effect connects, and keeps it', async () => {
    const stage = createStage();
    stage.server.script(tokenResponse());
    const browser = createBrowser({ api: 'answers' });
    const manager = createTokenManager(stage.options);
    const version = (text: string) =>
      function Call(): ReactNode {
        const { status, connect } = useRealtimeConnection(manager, { platform: browser.platform });
        useEffect(() => void connect(), [connect]);
        return <p>{`${text} ${status}`}</p>;
      };
    const Before = save('connecting', 'same hooks', version('before'));
    await renderSettled(<Before />, stage);
    await flushPromises();
    save('connecting', 'same hooks', version('after'));
    await flushPromises(() => performReactRefresh());
    expect(screen.getByText('after connected')).toBeTruthy();
    expect([browser.prompts(), browser.openCalls()]).toEqual([1, 1]);
  });
});
