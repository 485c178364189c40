import { act, cleanup, configure, render } from '@testing-library/react';
import { createManualEnvironment, createScriptedFetcher } from '@realtime-session/core/testing';
import type { SelectableSession } from '@realtime-session/react';
import type { ReactNode } from 'react';
import { afterEach, expect, vi } from 'vitest';

// Some tests wait for a real socket or for real time slices of React, and the machine may be busy.
configure({ asyncUtilTimeout: 10_000 });

const consoleSpies = [vi.spyOn(console, 'error'), vi.spyOn(console, 'warn')];

/** Returns the warnings and errors of the console since the last call. */
function takeWarnings(): string[] {
  return consoleSpies.flatMap((spy) => {
    const messages = spy.mock.calls.map((call) => String(call[0]));
    spy.mockClear();
    return messages;
  });
}

afterEach(() => {
  cleanup();
  expect(takeWarnings()).toEqual([]);
});

let stages = 0;

/** Creates a manual environment and a scripted mint route. Time advances inside `act`. */
export function createStage() {
  const environment = createManualEnvironment();
  const server = createScriptedFetcher();
  stages += 1;
  return {
    /** A unique key, because the page's registry is shared by all tests of a file. */
    name: `stage ${stages}`,
    environment,
    server,
    options: { fetchToken: server.fetchToken, environment },
    advance: (ms: number) => act(() => environment.clock.advance(ms)),
  };
}

/** Renders, then waits for effects and for what they started. */
export async function renderSettled(element: ReactNode, stage: { advance(ms: number): Promise<void> }) {
  const view = render(element);
  await stage.advance(0);
  return view;
}

/** Runs a function, then everything that waits for settled promises only, and React's updates. */
export async function flushPromises(run = (): unknown => undefined): Promise<void> {
  await act(async () => {
    run();
    for (let turn = 0; turn < 50; turn += 1) await Promise.resolve();
  });
}

/** Selects what a page may show of a session, and its token. */
export const withToken = ({
  status,
  reset,
  peek,
}: SelectableSession): Pick<SelectableSession, 'status' | 'reset'> & { readonly token: string } => ({
  status,
  reset,
  token: peek()?.value ?? '-',
});

let minted = 0;

/** Creates a mint route's response with a unique value. */
export function tokenResponse(expiresIn = 600): { value: string; expires_in: number } {
  minted += 1;
  return { value: `ek_${minted}`, expires_in: expiresIn };
}
