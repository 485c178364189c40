import { EmulatorOptionError } from './emulator-option-error.ts';

/** The standing key an emulator accepts unless told otherwise. */
export const DEFAULT_API_KEY = 'sk-emulator';

const LOOKS_REAL = /^sk-(?:(?:proj|svcacct|admin|ant)-|[A-Za-z0-9_-]{40,}$)/;

/**
 * Lets fake keys through and stops real ones, so that no real key ends up in a test, a script or a shell history.
 *
 * @param keys - Standing keys from the options.
 * @throws {@link EmulatorOptionError} when there is none, or one looks real or could not be sent in a header.
 */
export function requireFakeKeys(keys: readonly string[]): readonly [string, ...string[]] {
  const [first, ...rest] = keys;
  if (first === undefined)
    throw new EmulatorOptionError(`apiKeys is empty; give one fake key, such as ${DEFAULT_API_KEY}.`);
  for (const key of keys) {
    if (LOOKS_REAL.test(key)) {
      throw new EmulatorOptionError(
        `An API key given to the emulator looks real; give it fake keys only, such as ${DEFAULT_API_KEY}, and revoke the real one if it was shared.`,
      );
    }
    if (!/^[\w.-]+$/.test(key) || key.startsWith('ek_')) {
      throw new EmulatorOptionError(
        'An API key given to the emulator must be letters, digits, ".", "_" or "-", and not start with "ek_" (those are tokens).',
      );
    }
  }
  return [first, ...rest];
}
