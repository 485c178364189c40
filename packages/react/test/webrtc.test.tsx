import { act, render, renderHook } from '@testing-library/react';
import { createTokenManager } from '@realtime-session/core';
import { useRealtimeConnection } from '@realtime-session/react/webrtc';
import { StrictMode, useEffect } from 'react';
import { renderToString } from 'react-dom/server';
import { describe, expect, expectTypeOf, test } from 'vitest';
import { flushPromises } from './support.tsx';
import { createBrowser, platformWithoutWebRtc as platform } from './connection-platform.ts';

const tokens = createTokenManager({ fetchToken: () => ({ value: 'ek_1', expires_in: 600 }) });

describe('useRealtimeConnection', () => {
  test('does not connect by itself', () => {
    const { result } = renderHook(() => useRealtimeConnection(tokens, { platform }), { wrapper: StrictMode });
    expect(result.current.status).toBe('idle');
  });

  test('shows why a call failed, and can connect again', async () => {
    const { result } = renderHook(() => useRealtimeConnection(tokens, { platform }));
    await act(() => result.current.connect().catch(() => undefined));
    expect(result.current).toMatchObject({ status: 'failed', error: { code: 'unsupported' } });
    await act(() => expect(result.current.connect()).rejects.toMatchObject({ code: 'unsupported' }));
  });

  test('throws in render when an option is out of range', () => {
    const Page = () => <p>{useRealtimeConnection(tokens, { platform, reconnectLimit: -1 }).status}</p>;
    expect(() => renderToString(<Page />)).toThrow(TypeError);
    expect(() => renderToString(<Page />)).toThrow('reconnectLimit must be a whole number from 0');
  });

  test('rejects connect() when an option is out of range after a render', async () => {
    const { result, rerender } = renderHook(
      (options) => useRealtimeConnection(tokens, { platform, ...options }),
      { initialProps: { reconnectLimit: 8 } },
    );
    rerender({ reconnectLimit: 0.5 });
    await act(() => expect(result.current.connect()).rejects.toMatchObject({ code: 'invalid-options' }));
  });

  test('keeps the identity of its functions', async () => {
    const { result, rerender } = renderHook(() => useRealtimeConnection(tokens, { platform }));
    const first = result.current;
    rerender();
    await act(() => first.connect().catch(() => undefined));
    for (const name of ['connect', 'close', 'send', 'onEvent', 'mute', 'unmute', 'resumePlayback'] as const)
      expect(result.current[name]).toBe(first[name]);
  });

  test('re-renders only when the selected part changes', async () => {
    let renders = 0;
    const { result } = renderHook(() => {
      renders += 1;
      return useRealtimeConnection(tokens, { platform }, ({ connect }) => ({ connect }));
    });
    await act(() => result.current.connect().catch(() => undefined));
    expect(renders).toBe(1);
  });

  test('uses the latest options', async () => {
    const requested: unknown[] = [];
    const withoutMicrophone = {
      ...platform,
      PeerConnection: Object as unknown as typeof RTCPeerConnection, // never called: the microphone comes first
      getUserMedia({ audio }: MediaStreamConstraints) {
        requested.push(audio);
        return Promise.reject(new DOMException('none', 'NotFoundError'));
      },
    };
    const { result, rerender } = renderHook(
      ({ deviceId }) => useRealtimeConnection(tokens, { platform: withoutMicrophone, audio: { deviceId } }),
      { initialProps: { deviceId: 'first' } },
    );
    rerender({ deviceId: 'second' });
    await act(() => result.current.connect().catch(() => undefined));
    expect(requested).toEqual([{ deviceId: 'second' }]);
    expect(result.current).toMatchObject({ status: 'failed', error: { code: 'mic-missing' } });
  });

  test('ends its call when the component unmounts, also under StrictMode', async () => {
    const { platform: counting, microphones } = createBrowser();
    const { result, unmount } = renderHook(
      () => {
        const connection = useRealtimeConnection(tokens, { platform: counting });
        const { connect } = connection;
        useEffect(() => void connect().catch(() => undefined), [connect]);
        return connection;
      },
      { wrapper: StrictMode },
    );
    await flushPromises();
    expect(result.current.status).toBe('connecting');
    expect(microphones().filter((state) => state === 'live')).toHaveLength(1);
    unmount();
    await flushPromises();
    expect(microphones()).not.toContain('live');
  });

  test('ends its call when it gets another token source', async () => {
    const others = createTokenManager({ fetchToken: () => ({ value: 'ek_2', expires_in: 600 }) });
    const { platform: counting, microphones } = createBrowser();
    const { result, rerender } = renderHook(
      ({ source }) => useRealtimeConnection(source, { platform: counting }),
      { initialProps: { source: tokens } },
    );
    let outcome: unknown;
    await flushPromises(() => result.current.connect().catch((error: unknown) => (outcome = error)));
    rerender({ source: tokens });
    expect([result.current.status, ...microphones()]).toEqual(['connecting', 'live']);
    rerender({ source: others });
    await flushPromises();
    expect([result.current.status, ...microphones()]).toEqual(['closed', 'ended']);
    expect(outcome).toMatchObject({ code: 'closed' });
  });

  test('narrows on status', () => {
    function Reads() {
      const connection = useRealtimeConnection(tokens, { platform });
      if (connection.status === 'connected')
        expectTypeOf(connection.playbackBlocked).toEqualTypeOf<boolean>();
      if (connection.status === 'failed') expectTypeOf(connection.error.code).toBeString();
      if (connection.status === 'idle') expectTypeOf(connection.error).toEqualTypeOf<undefined>();
      return connection.error?.message ?? 'fine';
    }
    expect(render(<Reads />).container.textContent).toBe('fine');
  });
});
