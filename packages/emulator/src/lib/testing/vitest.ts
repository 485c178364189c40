import type { ProvidedContext } from 'vitest';
import { createRealtimeEmulator } from '../emulator/create-realtime-emulator.ts';
import type { RealtimeEmulator } from '../emulator/create-realtime-emulator.ts';
import type { RealtimeEmulatorOptions } from '../state/options.ts';
import { emulatorEnvironment } from './emulator-environment.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** The emulator that the global setup of `@realtime-session/emulator/vitest` started. */
    realtimeEmulator: ProvidedEmulator;
  }
}

/** The emulator of a run, as `inject('realtimeEmulator')` returns it. */
export type ProvidedEmulator = Pick<
  RealtimeEmulator,
  'url' | 'callsUrl' | 'webSocketUrl' | 'port' | 'apiKey' | 'certificate'
>;

/** The part of a Vitest `TestProject` that is used. */
export interface VitestProject {
  /** Makes a value available to tests. */
  provide(key: 'realtimeEmulator', value: ProvidedContext['realtimeEmulator']): void;
}

/**
 * Global setup for Vitest: starts one emulator for the run, on a free port, and closes it at the end. Tests get its addresses and
 * key with `inject('realtimeEmulator')`, and in the environment, as {@link emulatorEnvironment} returns it.
 *
 * @example
 * ```ts
 * // vitest.config.ts
 * export default defineConfig({ test: { globalSetup: '@realtime-session/emulator/vitest' } });
 * ```
 */
export const setup: (project: VitestProject) => Promise<() => Promise<void>> = createSetup();

/**
 * Creates a global setup for Vitest, for an emulator with options. Export it as `setup` from a file of your project, and name that
 * file as `globalSetup`.
 *
 * @param options - The options of the emulator. Default: none.
 *
 * @example
 * ```ts
 * // emulator.setup.ts
 * export const setup = createSetup({ models: ['my-deployment'] });
 * ```
 */
export function createSetup(
  options: RealtimeEmulatorOptions = {},
): (project: VitestProject) => Promise<() => Promise<void>> {
  return async (project) => {
    const emulator = await createRealtimeEmulator(options);
    const { url, callsUrl, webSocketUrl, port, apiKey, certificate } = emulator;
    project.provide('realtimeEmulator', { url, callsUrl, webSocketUrl, port, apiKey, certificate });
    const restoreEnvironment = setEnvironment({ ...emulatorEnvironment(emulator) });
    return async () => {
      restoreEnvironment();
      await emulator.close();
    };
  };
}

/**
 * Creates a fixture for `test.extend`: each test that uses it gets an emulator of its own, which closes after the test. Faults,
 * tokens and time of one test do not affect another one, also when test files run in parallel.
 *
 * @param options - The options of the emulator. Default: none.
 *
 * @example
 * ```ts
 * const test = base.extend({ emulator: emulatorFixture() });
 * test('retries', async ({ emulator }) => emulator.fail('overloaded', { times: 1 }));
 * ```
 */
export function emulatorFixture(
  options: RealtimeEmulatorOptions = {},
  // Vitest finds out which fixtures a fixture needs by its first parameter, which must be a pattern.
  // eslint-disable-next-line no-empty-pattern
): ({}: object, use: (emulator: RealtimeEmulator) => Promise<void>) => Promise<void> {
  // eslint-disable-next-line no-empty-pattern
  return async ({}, use) => {
    const emulator = await createRealtimeEmulator(options);
    try {
      await use(emulator);
    } finally {
      await emulator.close();
    }
  };
}

/** Sets variables, which Vitest passes on to the processes of its tests. Returns a function that restores them. */
function setEnvironment(variables: Readonly<Record<string, string>>): () => void {
  const previous = Object.keys(variables).map((name) => [name, process.env[name]] as const);
  Object.assign(process.env, variables);
  return () => {
    for (const [name, value] of previous) {
      if (value === undefined) Reflect.deleteProperty(process.env, name);
      else process.env[name] = value;
    }
  };
}
