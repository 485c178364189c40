import { CONTROL_PATHS } from '../emulator/controls.ts';
import type { EmulatorStatus } from '../emulator/controls.ts';
import type { Fault, FaultEntry, FaultScope, FaultTarget } from '../faults/catalog.ts';
import { isRecord } from '../shared/json.ts';

/** Controls an emulator in another process on this machine, such as one started with its command. */
export interface RemoteEmulator {
  /** Returns the status of the emulator and the catalog of faults. */
  status(): Promise<EmulatorStatus & { readonly catalog: Readonly<Record<string, FaultEntry>> }>;
  /** Like {@link RealtimeEmulator.fail}. */
  fail(fault: Fault, scope?: FaultScope): Promise<EmulatorStatus>;
  /** Like {@link RealtimeEmulator.clearFaults}. */
  clearFaults(at?: FaultTarget): Promise<EmulatorStatus>;
  /** Like {@link RealtimeEmulator.dropSessions}. */
  dropSessions(): Promise<EmulatorStatus>;
  /** Like {@link RealtimeEmulator.advance}. */
  advance(ms: number): Promise<EmulatorStatus>;
}

/** Thrown when the emulator could not be reached, or rejected a request. The message names the reason or the remedy. */
export class EmulatorControlError extends Error {
  override readonly name = 'EmulatorControlError';
}

/**
 * Controls an emulator over its control endpoint. Every method throws {@link EmulatorControlError}: with a remedy if no emulator
 * responds, and with the emulator's message if it rejects the request.
 *
 * @param url - Base URL of the emulator, such as `http://127.0.0.1:4141`.
 */
export function controlEmulator(url: string): RemoteEmulator {
  const request = async <T>(method: string, path: string, body?: object): Promise<T> => {
    const response = await send(new URL(path, url), method, body);
    const result: unknown = await response.json().catch(() => undefined);
    // Responses of the emulator are not validated: it is part of this package.
    if (response.ok) return result as T;
    throw new EmulatorControlError(
      getErrorMessage(result) ?? `There is no emulator at ${url}; check the address.`,
    );
  };
  return {
    status: () => request('GET', CONTROL_PATHS.status),
    fail: (fault, scope) => request('POST', CONTROL_PATHS.faults, { fault, ...scope }),
    clearFaults: (at) => request('DELETE', CONTROL_PATHS.faults + (at === undefined ? '' : `?at=${at}`)),
    dropSessions: () => request('POST', CONTROL_PATHS.drop),
    advance: (ms) => request('POST', CONTROL_PATHS.advance, { ms }),
  };
}

function getErrorMessage(result: unknown): string | undefined {
  const error = isRecord(result) ? result['error'] : undefined;
  const message = isRecord(error) ? error['message'] : undefined;
  return typeof message === 'string' ? message : undefined;
}

async function send(url: URL, method: string, body?: object): Promise<Response> {
  const json = { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
  try {
    return await fetch(url, { method, ...(body === undefined ? {} : json) });
  } catch (cause) {
    throw new EmulatorControlError(
      `No emulator is running at ${url.origin}; start one with realtime-emulator, or pass another address with --url.`,
      { cause },
    );
  }
}
