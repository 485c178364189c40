import { describeType } from '../validate.ts';

interface Position {
  /** Path of the value, such as `session.tools[0]`. */
  readonly path: string;
  /** The objects that contain it. */
  readonly parents: readonly object[];
}

function fail(path: string, problem: string): never {
  throw new TypeError(`${path} ${problem}; correct the option \`session\`.`);
}

function copyMembers(value: object, { path, parents }: Position): Record<string, unknown> {
  const copy: Record<string, unknown> = {};
  for (const [key, member] of Object.entries(value)) {
    // Owners build these objects with optional parts, so undefined members count as absent.
    if (member !== undefined) copy[key] = copyValue(member, { path: `${path}.${key}`, parents });
  }
  return copy;
}

function isConvertible(value: object): value is { toJSON: () => unknown } {
  return 'toJSON' in value && typeof value.toJSON === 'function';
}

function copyObject(value: object, { path, parents }: Position): unknown {
  if (parents.includes(value)) fail(path, 'contains itself');
  if (value instanceof Map || value instanceof Set) fail(path, 'is a Map or Set, which JSON does not have');
  const inside = [...parents, value];
  // Dates and URLs convert themselves to JSON.
  if (isConvertible(value)) return copyValue(value.toJSON(), { path, parents: inside });
  if (!Array.isArray(value)) return copyMembers(value, { path, parents: inside });
  return value.map((item: unknown, index) => copyValue(item, { path: `${path}[${index}]`, parents: inside }));
}

function copyValue(value: unknown, position: Position): unknown {
  if (typeof value === 'object' && value !== null) return copyObject(value, position);
  const isJson =
    value === null || typeof value === 'string' || typeof value === 'boolean' || Number.isFinite(value);
  return isJson ? value : fail(position.path, `is ${describeType(value)} that JSON does not have`);
}

/**
 * Copies the owner's session parameters, so that a later change of the object cannot change a request, and so that everything in
 * it can be sent as JSON.
 *
 * @throws TypeError Names the path of a value that JSON does not have: a BigInt, a function, `NaN`, or an object that contains itself.
 */
export function copySession(session: unknown): unknown {
  return session === undefined ? undefined : copyValue(session, { path: 'session', parents: [] });
}
