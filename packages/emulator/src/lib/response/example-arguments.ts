/** As deep as a made-up argument goes. */
const MAX_DEPTH = 8;

/**
 * Arguments that fit a function's parameters: every required member, with the first value its schema allows.
 *
 * @param schema - The parameters, JSON Schema.
 */
export function exampleArguments(schema: unknown): unknown {
  const made = example(schema, 0);
  return isObject(made) ? made : {};
}

function example(schema: unknown, depth: number): unknown {
  if (!isObject(schema) || depth > MAX_DEPTH) return null;
  if (Array.isArray(schema['enum']) && schema['enum'].length > 0) return schema['enum'][0];
  if ('const' in schema) return schema['const'];
  switch (schema['type']) {
    case 'object':
      return exampleObject(schema, depth);
    case 'array':
      return [];
    case 'string':
      return 'example';
    case 'number':
    case 'integer':
      return typeof schema['minimum'] === 'number' ? schema['minimum'] : 1;
    case 'boolean':
      return true;
    default:
      return null;
  }
}

function exampleObject(schema: Readonly<Record<string, unknown>>, depth: number): object {
  const properties = isObject(schema['properties']) ? schema['properties'] : {};
  const required: unknown[] = Array.isArray(schema['required']) ? schema['required'] : [];
  const names = required.filter((name): name is string => typeof name === 'string');
  return Object.fromEntries(names.map((name) => [name, example(properties[name], depth + 1)]));
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
