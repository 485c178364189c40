import { isJsonObject } from '../gate/parse-json-object.ts';
import type { JsonObject } from '../gate/parse-json-object.ts';

const SEGMENT = /^[a-z][a-z\d_]*$/i;
const forbidden: ReadonlySet<string> = new Set(['client_secret', 'constructor', 'prototype']);
/** What may be seen of a tool, by its type. */
const functionFields: ReadonlySet<string> = new Set(['type', 'name', 'description', 'parameters']);
const mcpFields: ReadonlySet<string> = new Set([
  'type',
  'server_label',
  'server_description',
  'allowed_tools',
  'require_approval',
]);

/**
 * Checks the dotted paths of `expose` once, at construction.
 *
 * @throws TypeError When a path is malformed or names the token.
 */
export function checkedExpose(paths: readonly string[]): readonly string[] {
  for (const path of paths) {
    const segments = path.split('.');
    if (!segments.every((segment) => SEGMENT.test(segment) && !forbidden.has(segment))) {
      throw new TypeError(
        `expose: "${path}" cannot be exposed; list session fields such as "audio.output.voice".`,
      );
    }
  }
  return paths;
}

/**
 * Tools as the browser may see them. Of an MCP server only what it is called and who may use it: its address is left out
 * too, because many servers carry their key in it.
 */
function presentableTools(tools: unknown): unknown {
  if (!Array.isArray(tools)) return undefined;
  return tools.filter(isJsonObject).map(presentableTool);
}

function presentableTool(tool: JsonObject): JsonObject {
  const isFunction = tool['type'] === undefined || tool['type'] === 'function';
  const fields = isFunction ? functionFields : mcpFields;
  return Object.fromEntries(Object.entries(tool).filter(([key]) => fields.has(key)));
}

function valueAt(source: JsonObject, segments: readonly string[]): unknown {
  if (segments[0] === 'tools') return segments.length === 1 ? presentableTools(source['tools']) : undefined;
  return segments.reduce<unknown>(
    (value, segment) => (isJsonObject(value) && Object.hasOwn(value, segment) ? value[segment] : undefined),
    source,
  );
}

function put(target: Record<string, unknown>, segments: readonly string[], value: unknown): void {
  const [head = '', ...rest] = segments;
  if (rest.length === 0) {
    target[head] = value;
    return;
  }
  const known = target[head];
  const next: Record<string, unknown> = isJsonObject(known) ? { ...known } : {};
  put(next, rest, value);
  target[head] = next;
}

/**
 * Copies the listed fields of a session and nothing else.
 *
 * @param session - As the upstream gave it.
 * @param paths - What the browser may see.
 */
export function pickFields(session: JsonObject, paths: readonly string[]): JsonObject {
  const picked: Record<string, unknown> = {};
  for (const path of paths) {
    const segments = path.split('.');
    const value = valueAt(session, segments);
    if (value !== undefined) put(picked, segments, value);
  }
  return picked;
}
