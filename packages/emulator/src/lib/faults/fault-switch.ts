import { setTimeout as wait } from 'node:timers/promises';
import type { FaultEvent } from '../events/emulator-event.ts';
import type { Answer } from '../http/send-answer.ts';
import type { MintCall } from '../mint/mint-call.ts';
import { wholeNumber } from '../options/whole-number.ts';
import type { MintFault } from './mint-fault.ts';

/** Holds the fault that is on, if any. */
export interface FaultSwitch {
  /** Turns a fault on, in place of the one before. Throws {@link EmulatorOptionError} for a number out of range. */
  fail(fault: MintFault): void;
  /** Turns it off. Requests that hang already stay hanging. */
  heal(): void;
  /** Lets one create call meet the fault: resolves to an answer, to `undefined` for "go on as usual", or never. */
  meet(call: MintCall): Promise<Answer | undefined>;
}

/**
 * A switch that is off.
 *
 * @param closing - Aborted when the emulator closes; ends pending delays.
 * @param tell - Hears of every call that meets a fault.
 */
export function createFaultSwitch(closing: AbortSignal, tell: (event: FaultEvent) => void): FaultSwitch {
  let current: MintFault | undefined;
  return {
    fail(fault) {
      requireUsable(fault);
      current = fault;
    },
    heal() {
      current = undefined;
    },
    async meet(call) {
      if (current === undefined) return undefined;
      tell({ type: 'fault', call, kind: current.kind });
      return suffer(current, closing);
    },
  };
}

function requireUsable(fault: MintFault): void {
  if (fault.kind === 'status') wholeNumber('status of a fault', fault.status, { min: 200, max: 599 });
  if (fault.kind === 'latency') wholeNumber('ms of a fault', fault.ms, { min: 0, max: 600_000 });
}

async function suffer(fault: MintFault, closing: AbortSignal): Promise<Answer | undefined> {
  switch (fault.kind) {
    case 'status': {
      const {
        status,
        body = { error: { message: '', type: '', param: '', code: '' } },
        headers = {},
      } = fault;
      return { status, body, headers };
    }
    case 'hang':
      return new Promise(() => undefined);
    case 'latency':
      await wait(fault.ms, undefined, { signal: closing, ref: false });
      return undefined;
  }
}
