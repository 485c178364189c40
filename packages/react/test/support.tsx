import { act, cleanup, configure, render } from '@testing-library/react';
import { createManualEnvironment, createScriptedFetcher } from '@realtime-session/core/testing';
import type { ReactNode } from 'react';
import { afterEach, expect, vi } from 'vitest';

// Where a real socket or a real slice of rendering is waited for, the machine may be busy.
configure({ asyncUtilTimeout: 10_000 });

const complaints = [vi.spyOn(console, 'error'), vi.spyOn(console, 'warn')];

/** What React and others complained about since the last call, if anything. */
function takeWarnings(): string[] {
  return complaints.flatMap((spy) => {
    const said = spy.mock.calls.map((call) => String(call[0]));
    spy.mockClear();
    return said;
  });
}

afterEach(() => {
  cleanup();
  expect(takeWarnings()).toEqual([]);
});

let stages = 0;

/** A manual environment and a scripted mint route, with every step of time inside `act`. */
export function createStage() {
  const environment = createManualEnvironment();
  const server = createScriptedFetcher();
  stages += 1;
  return {
    /** A key no other test uses: the page's registry outlives a test. */
    name: `stage ${stages}`,
    environment,
    server,
    options: { fetchToken: server.fetchToken, environment },
    advance: (ms: number) => act(() => environment.clock.advance(ms)),
  };
}

/** Renders, and lets effects and what they started come to rest. */
export async function renderSettled(element: ReactNode, stage: { advance(ms: number): Promise<void> }) {
  const view = render(element);
  await stage.advance(0);
  return view;
}

let minted = 0;

/** A mint route's answer with a value of its own. */
export function answer(expiresIn = 600): { value: string; expires_in: number } {
  minted += 1;
  return { value: `ek_${minted}`, expires_in: expiresIn };
}
