import { useState } from 'react';
import type { TokenManager, TokenState } from '@realtime-session/core';
import type { Mode } from '../conversation/conversation.ts';
import { formatDuration } from '../format.ts';
import { pageClock } from '../page-clock.ts';
import type { FaultChoice } from './fault-groups.ts';
import { useEmulator, type Emulator } from './use-emulator.ts';

const HOUR_MS = 3_600_000;

/** The emulator counts in whole seconds. */
const ROUNDING_MS = 1_000;

export interface ExperimentOptions {
  /** `null` with a real API. */
  readonly emulatorUrl: string | null;
  readonly session: TokenState & Pick<TokenManager, 'getToken'>;
  readonly mode: Mode;
  readonly isCallOpen: boolean;
  /** Whether the mint route was broken when the page was loaded. */
  readonly isRouteBroken: boolean;
  /** Called with what the visitor did. */
  readonly onAction: (title: string, detail: string) => void;
}

/** What the visitor can break. */
export interface Experiments {
  readonly emulator: Emulator;
  readonly isMintRouteBroken: boolean;
  readonly expireToken: () => Promise<void>;
  readonly passHour: () => Promise<void>;
  readonly dropConnection: () => Promise<void>;
  /** Breaks the mint route, or mends it. */
  readonly toggleMintRoute: () => Promise<void>;
  readonly isActive: (choice: FaultChoice) => boolean;
  /** Injects a fault, or clears it if it is active. */
  readonly toggleFault: (choice: FaultChoice) => Promise<void>;
  readonly clearFaults: () => Promise<void>;
}

export function useExperiments(options: ExperimentOptions): Experiments {
  const { emulatorUrl, session, mode, isCallOpen, onAction } = options;
  const emulator = useEmulator(emulatorUrl);
  const [isMintRouteBroken, setIsMintRouteBroken] = useState(options.isRouteBroken);
  // The page and the emulator skip the same time. The page finds out by its clock, as after a sleep.
  const advance = async (ms: number) => {
    await emulator.advance(ms + ROUNDING_MS);
    pageClock.advance(ms);
  };
  // A failure shows in the state of the token.
  const requestToken = () => void session.getToken({ force: true }).catch(() => undefined);

  const isActive = ({ faults }: FaultChoice) =>
    faults(mode).every(({ fault, at }) =>
      emulator.faults.some((active) => active.at === at && active.name === toName(fault)),
    );

  return {
    emulator,
    isMintRouteBroken,
    isActive,
    async expireToken() {
      const remainingMs = session.status === 'ready' ? (session.expiresAtMs ?? 0) - pageClock.nowMs() : 0;
      const skippedMs = Math.max(0, remainingMs);
      onAction('You expired the token', `the clock moved ahead by ${formatDuration(skippedMs)}`);
      await advance(skippedMs);
    },
    async passHour() {
      onAction('An hour passed', 'for the page and for the API, as if this computer had slept');
      await advance(HOUR_MS);
    },
    async dropConnection() {
      onAction('You dropped the connection', isCallOpen ? '' : 'but no call is open: press Talk first');
      await emulator.dropConnections();
    },
    async toggleMintRoute() {
      const next = isMintRouteBroken ? 'working' : 'broken';
      await setRoute(next);
      setIsMintRouteBroken(next === 'broken');
      onAction(
        next === 'broken' ? 'You broke the mint route' : 'You mended the mint route',
        next === 'broken' ? 'it answers every request with 503' : '',
      );
      requestToken();
    },
    async toggleFault(choice) {
      const { faults, label, shows } = choice;
      if (isActive(choice)) {
        for (const { at } of faults(mode)) await emulator.clearFaults(at);
        onAction('You cleared a fault', label);
      } else {
        await emulator.injectFaults(faults(mode));
        onAction('You injected a fault', label);
      }
      if (shows === 'now') requestToken();
    },
    async clearFaults() {
      await emulator.clearFaults();
      onAction('You cleared all faults', '');
      requestToken();
    },
  };
}

function toName(fault: string | { readonly kind: string }): string {
  return typeof fault === 'string' ? fault : fault.kind;
}

/** Breaks the route of the server on purpose, or mends it. */
export async function setRoute(state: 'broken' | 'working'): Promise<void> {
  await fetch('/api/demo/route', {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ state }),
  }).catch(() => undefined); // the panels report an unreachable server
}
