/** A fault that can be turned on. */
export interface FaultChoice {
  readonly name: string;
  /** What the page meets. */
  readonly does: string;
  /** Where it may strike; the first is the default. */
  readonly places: readonly string[];
}

/** A fault that is on. */
export interface ActiveFault {
  readonly name: string;
  readonly at: string;
}

/** What the emulator says of itself, as far as this page shows it. */
export interface EmulatorStatus {
  /** Every fault there is; empty in answers that do not list them. */
  readonly choices: readonly FaultChoice[];
  /** Those that are on. */
  readonly faults: readonly ActiveFault[];
  /** Sessions that are open. */
  readonly sessions: number;
}

type Json = Readonly<Record<string, unknown>>;

/**
 * Asks the emulator for something on its control endpoint.
 *
 * @param emulatorUrl - Its address.
 * @param request - Such as `POST /faults`, and what to say.
 */
export async function askEmulator(
  emulatorUrl: string,
  request: { readonly method: 'GET' | 'POST' | 'DELETE'; readonly path: string; readonly body?: Json },
): Promise<EmulatorStatus> {
  const { method, path, body } = request;
  const response = await fetch(`${emulatorUrl}/_emulator${path}`, {
    method,
    ...(body && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  });
  if (!response.ok) throw new Error(`The emulator answered ${response.status}.`);
  // It is the one this page came with.
  const status = (await response.json()) as {
    readonly catalog?: Readonly<Record<string, Omit<FaultChoice, 'name'>>>;
    readonly faults: readonly ActiveFault[];
    readonly sessions: readonly unknown[];
  };
  return {
    choices: Object.entries(status.catalog ?? {}).map(([name, entry]) => ({ name, ...entry })),
    faults: status.faults,
    sessions: status.sessions.length,
  };
}
