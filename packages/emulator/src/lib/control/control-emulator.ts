import type { FaultEntry } from '../faults/fault-catalog.ts';
import type { Fault, FaultTarget, FaultScope } from '../faults/fault.ts';
import { CONTROL_PATHS } from './control-path.ts';
import type { EmulatorStatus } from './handle-control.ts';

/** Controls an emulator that runs somewhere else on this machine: in another process, started by its command. */
export interface RemoteEmulator {
  /** What is going on, and every fault there is. */
  status(): Promise<EmulatorStatus & { readonly catalog: Readonly<Record<string, FaultEntry>> }>;
  /** As {@link RealtimeEmulator.fail}. */
  fail(fault: Fault, scope?: FaultScope): Promise<EmulatorStatus>;
  /** As {@link RealtimeEmulator.clearFaults}. */
  clearFaults(at?: FaultTarget): Promise<EmulatorStatus>;
  /** As {@link RealtimeEmulator.dropSessions}. */
  dropSessions(): Promise<EmulatorStatus>;
  /** As {@link RealtimeEmulator.advance}. */
  advance(ms: number): Promise<EmulatorStatus>;
}

/** The emulator did not do what it was asked. The message says why, or what to try. */
export class EmulatorControlError extends Error {
  override readonly name = 'EmulatorControlError';
}

/**
 * Controls an emulator over its control endpoint. Every member throws {@link EmulatorControlError} when nobody answers there, and
 * with the emulator's own words when it refuses.
 *
 * @param url - Its base address, such as `http://127.0.0.1:4141`.
 */
export function controlEmulator(url: string): RemoteEmulator {
  // An emulator speaks for itself; what it answers is taken at its word.
  const ask = async <T>(method: string, path: string, body?: object): Promise<T> => {
    const response = await send(new URL(path, url), method, body);
    const answer = (await response.json().catch(() => undefined)) as T | { error?: { message?: string } };
    if (response.ok) return answer as T;
    const said =
      typeof answer === 'object' && answer !== null && 'error' in answer ? answer.error : undefined;
    throw new EmulatorControlError(said?.message ?? `No emulator answers at ${url}; check its address.`);
  };
  return {
    status: () => ask('GET', CONTROL_PATHS.status),
    fail: (fault, scope) => ask('POST', CONTROL_PATHS.faults, { fault, ...scope }),
    clearFaults: (at) => ask('DELETE', CONTROL_PATHS.faults + (at === undefined ? '' : `?at=${at}`)),
    dropSessions: () => ask('POST', CONTROL_PATHS.drop),
    advance: (ms) => ask('POST', CONTROL_PATHS.advance, { ms }),
  };
}

async function send(url: URL, method: string, body?: object): Promise<Response> {
  const json = { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
  try {
    return await fetch(url, { method, ...(body === undefined ? {} : json) });
  } catch (cause) {
    throw new EmulatorControlError(
      `No emulator answers at ${url.origin}; start one with realtime-emulator, or name another with --url.`,
      { cause },
    );
  }
}
