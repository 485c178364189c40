import { isJsonObject } from '../gate/parse-json-object.ts';
import type { JsonObject } from '../gate/parse-json-object.ts';

/**
 * Lays the owner's parameters over the client's. Objects merge member by member; everything else, lists included, is the
 * owner's when the owner has it.
 *
 * @param client - What the client asked for, already allowed and validated.
 * @param pinned - What the owner says. Wins.
 */
export function mergePinned(client: JsonObject, pinned: JsonObject): JsonObject {
  const merged: Record<string, unknown> = { ...client };
  for (const [key, value] of Object.entries(pinned)) {
    const other = Object.hasOwn(merged, key) ? merged[key] : undefined;
    merged[key] = isJsonObject(value) && isJsonObject(other) ? mergePinned(other, value) : value;
  }
  return merged;
}
