import { EmulatorOptionError } from '../shared/option-error.ts';

/** Throws {@link EmulatorOptionError} for a value that is not one of those listed. */
export function requireOneOf<Value extends string | number>(
  option: string,
  value: Value,
  values: readonly Value[],
): Value {
  if (values.includes(value)) return value;
  throw new EmulatorOptionError(
    `${option} must be ${values.map((allowed) => JSON.stringify(allowed)).join(' or ')}.`,
  );
}
