import { useEffect, useState } from 'react';
import { askEmulator, type EmulatorStatus } from './emulator-status.ts';

/** The emulator's faults, and turning them on and off. */
export interface EmulatorFaults {
  /** `undefined` until it has answered. */
  readonly status: EmulatorStatus | undefined;
  /** Whether it can be reached. */
  readonly reach: 'reached' | 'lost';
  /** Turns one on, for a number of times or until healed. */
  readonly fail: (fault: string, times: number | undefined) => void;
  /** Turns all of them off. */
  readonly heal: () => void;
  /** Breaks every session. */
  readonly drop: () => void;
}

/** Controls the emulator behind this page. */
export function useEmulator(emulatorUrl: string): EmulatorFaults {
  const [status, setStatus] = useState<EmulatorStatus>();
  const [reach, setReach] = useState<EmulatorFaults['reach']>('reached');

  const ask = (...[request]: [Parameters<typeof askEmulator>[1]]): void => {
    askEmulator(emulatorUrl, request).then(
      (next) => {
        setReach('reached');
        setStatus((known) => ({ ...next, choices: known?.choices ?? next.choices }));
      },
      () => setReach('lost'),
    );
  };

  useEffect(() => {
    let isWanted = true;
    askEmulator(emulatorUrl, { method: 'GET', path: '' }).then(
      (next) => isWanted && setStatus(next),
      () => isWanted && setReach('lost'),
    );
    return () => {
      isWanted = false;
    };
  }, [emulatorUrl]);

  return {
    status,
    reach,
    fail: (fault, times) => ask({ method: 'POST', path: '/faults', body: { fault, times } }),
    heal: () => ask({ method: 'DELETE', path: '/faults' }),
    drop: () => ask({ method: 'POST', path: '/drop' }),
  };
}
