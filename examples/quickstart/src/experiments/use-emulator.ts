import { useCallback, useEffect, useState } from 'react';
import type { FaultRequest } from './fault-groups.ts';

/** A fault that can be injected. */
export interface FaultOption {
  readonly name: string;
  readonly description: string;
  /** Where the fault can occur. The first target is the default. */
  readonly targets: readonly string[];
}

export interface ActiveFault {
  readonly name: string;
  readonly at: string;
}

interface EmulatorStatus {
  /** Every fault. Empty in responses that do not list them. */
  readonly options: readonly FaultOption[];
  readonly faults: readonly ActiveFault[];
}

interface ControlRequest {
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly path: string;
  readonly body?: object;
}

async function sendControlRequest(
  emulatorUrl: string,
  { method, path, body }: ControlRequest,
): Promise<EmulatorStatus> {
  const response = await fetch(`${emulatorUrl}/_emulator${path}`, {
    method,
    ...(body && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  });
  if (!response.ok) throw new Error(`The emulator responded with ${response.status}.`);
  // The page and the emulator have the same version.
  const status = (await response.json()) as {
    readonly catalog?: Readonly<Record<string, Omit<FaultOption, 'name'>>>;
    readonly faults: readonly ActiveFault[];
  };
  return {
    options: Object.entries(status.catalog ?? {}).map(([name, entry]) => ({ name, ...entry })),
    faults: status.faults,
  };
}

/** Controls the emulator behind this page. The promises resolve when it is done, also if the emulator is unreachable. */
export interface Emulator {
  /** Every fault by name. Empty until the emulator has responded. */
  readonly options: readonly FaultOption[];
  readonly faults: readonly ActiveFault[];
  readonly isReachable: boolean;
  readonly injectFaults: (faults: readonly FaultRequest[]) => Promise<void>;
  readonly injectByName: (fault: string, times: number | undefined) => Promise<void>;
  /** Clears the faults of one target, or all. */
  readonly clearFaults: (at?: string) => Promise<void>;
  /** Drops the connection of every session, in a way that the page notices immediately. */
  readonly dropConnections: () => Promise<void>;
  /** Moves the emulator's clock ahead. */
  readonly advance: (ms: number) => Promise<void>;
}

/** How often the page looks whether an injected fault has happened, in milliseconds. */
const POLL_INTERVAL_MS = 700;

/** @param emulatorUrl - `null` with a real API: then nothing is sent. */
export function useEmulator(emulatorUrl: string | null): Emulator {
  const [status, setStatus] = useState<EmulatorStatus>({ options: [], faults: [] });
  const [isReachable, setIsReachable] = useState(true);

  const send = useCallback(
    async (request: ControlRequest): Promise<void> => {
      if (emulatorUrl === null) return;
      try {
        const next = await sendControlRequest(emulatorUrl, request);
        setIsReachable(true);
        setStatus((previous) => ({
          faults: next.faults,
          options: next.options.length > 0 ? next.options : previous.options,
        }));
      } catch {
        setIsReachable(false);
      }
    },
    [emulatorUrl],
  );

  const readStatus = useCallback(() => void send({ method: 'GET', path: '' }), [send]);
  useEffect(readStatus, [readStatus]);
  const hasFaults = status.faults.length > 0;
  useEffect(() => {
    if (!hasFaults) return undefined;
    const timer = setInterval(readStatus, POLL_INTERVAL_MS);
    return () => clearInterval(timer);
  }, [hasFaults, readStatus]);

  return {
    ...status,
    isReachable,
    async injectFaults(faults) {
      for (const body of faults) await send({ method: 'POST', path: '/faults', body });
    },
    injectByName: (fault, times) => send({ method: 'POST', path: '/faults', body: { fault, times } }),
    clearFaults: (at) => send({ method: 'DELETE', path: at === undefined ? '/faults' : `/faults?at=${at}` }),
    dropConnections: () => send({ method: 'POST', path: '/drop', body: { notice: 'immediate' } }),
    advance: (ms) => send({ method: 'POST', path: '/advance', body: { ms: Math.ceil(ms) } }),
  };
}
