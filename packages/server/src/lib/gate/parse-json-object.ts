import { Refusal } from '../errors/refusal.ts';

/** A JSON object nobody has validated yet. */
export type JsonObject = Readonly<Record<string, unknown>>;

const MAX_DEPTH = 32;
const utf8 = new TextDecoder('utf-8', { fatal: true });
const TOKENS = /"[^"\\]*(?:\\.[^"\\]*)*"(\s*:)?|[{}[\]]/g;
const dangerous: ReadonlySet<unknown> = new Set(['__proto__', 'constructor', 'prototype']);

/** Whether a value is an object with string keys: not `null`, not an array. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Whether an object key may appear here. `seen` collects the keys of the object. */
function isGoodKey(quoted: string, seen: Set<unknown> | undefined): boolean {
  const key: unknown = JSON.parse(quoted);
  if (seen === undefined || seen.has(key) || dangerous.has(key)) return false;
  seen.add(key);
  return true;
}

/** Looks for what `JSON.parse` lets pass: repeated keys, keys that reach prototypes, endless nesting. */
function isWellBehaved(text: string): boolean {
  const objects: Set<unknown>[] = [];
  for (const [token, colon] of text.matchAll(TOKENS)) {
    if (token === '{' || token === '[') objects.push(new Set());
    else if (token === '}' || token === ']') objects.pop();
    else if (colon !== undefined) {
      const quoted = token.slice(0, token.lastIndexOf('"') + 1);
      if (!isGoodKey(quoted, objects.at(-1))) return false;
    }
    if (objects.length > MAX_DEPTH) return false;
  }
  return true;
}

function parse(bytes: Uint8Array): unknown {
  const text = utf8.decode(bytes);
  const value: unknown = JSON.parse(text);
  return isWellBehaved(text) ? value : undefined;
}

/**
 * Reads bytes as one JSON object: valid UTF-8, no repeated key, no `__proto__`, `constructor` or `prototype`, at most
 * 32 levels.
 *
 * @throws Refusal `invalid_json`.
 */
export function parseJsonObject(bytes: Uint8Array): JsonObject {
  let value: unknown;
  try {
    value = parse(bytes);
  } catch {
    throw new Refusal('invalid_json');
  }
  if (!isJsonObject(value)) throw new Refusal('invalid_json');
  return value;
}
