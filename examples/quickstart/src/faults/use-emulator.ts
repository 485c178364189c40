import { useEffect, useState } from 'react';

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
  readonly body?: Readonly<Record<string, unknown>>;
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

export interface EmulatorControls {
  /** `undefined` until the emulator has responded. */
  readonly status: EmulatorStatus | undefined;
  readonly isReachable: boolean;
  /** Injects a fault a number of times, or until it is cleared. */
  readonly injectFault: (fault: string, times: number | undefined) => void;
  readonly clearFaults: () => void;
  /** Drops the connection of every session. */
  readonly dropConnections: () => void;
}

/** Controls the faults of the emulator behind this page. */
export function useEmulator(emulatorUrl: string): EmulatorControls {
  const [status, setStatus] = useState<EmulatorStatus>();
  const [isReachable, setIsReachable] = useState(true);

  const send = (request: ControlRequest): void => {
    sendControlRequest(emulatorUrl, request).then(
      (next) => {
        setIsReachable(true);
        setStatus((previous) => ({ ...next, options: previous?.options ?? next.options }));
      },
      () => setIsReachable(false),
    );
  };

  useEffect(() => {
    let isMounted = true;
    sendControlRequest(emulatorUrl, { method: 'GET', path: '' }).then(
      (next) => isMounted && setStatus(next),
      () => isMounted && setIsReachable(false),
    );
    return () => {
      isMounted = false;
    };
  }, [emulatorUrl]);

  return {
    status,
    isReachable,
    injectFault: (fault, times) => send({ method: 'POST', path: '/faults', body: { fault, times } }),
    clearFaults: () => send({ method: 'DELETE', path: '/faults' }),
    dropConnections: () => send({ method: 'POST', path: '/drop' }),
  };
}
