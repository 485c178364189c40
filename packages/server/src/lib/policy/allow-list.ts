import { Refusal } from '../errors/refusal.ts';
import { isJsonObject } from '../gate/parse-json-object.ts';
import type { JsonObject } from '../gate/parse-json-object.ts';
import { sessionKeys } from './parse-params.ts';

const SEGMENT = /^[\w-]+$/;

/** The path that lets a client ask for a shorter lifetime, in the words of either generation. */
export const LIFETIME_PATH = 'expires_after';

function checkPath(path: string): void {
  const segments = path.split('.');
  const [head = ''] = segments;
  if (head === 'tools') {
    throw new TypeError(
      'allow: tools act in your name, so no client may bring its own; return them from the option `session`.',
    );
  }
  const isKnown = sessionKeys.has(head) && segments.every((segment) => SEGMENT.test(segment));
  if (isKnown || path === LIFETIME_PATH) return;
  throw new TypeError(
    `allow: "${path}" is no session parameter; list dotted paths such as "voice" or "audio.output.voice".`,
  );
}

/**
 * Checks the dotted paths of `allow` once, at construction.
 *
 * @throws TypeError When a path does not start with a session parameter, or with one that stays with the server.
 */
export function checkedPaths(paths: readonly string[]): readonly string[] {
  paths.forEach(checkPath);
  return paths;
}

/** A key as it may be shown: the sender chose it, so it is cut, and blanked when it looks like a credential. */
export function shownKey(key: string): string {
  return /^(?:sk|ek)[-_]/i.test(key) ? '(redacted)' : key.slice(0, 64).replaceAll(/[^\w$-]/g, '?');
}

function refuse(parents: readonly string[], key: string): never {
  throw new Refusal('unknown_field', { path: [...parents, key].map(shownKey).join('.') });
}

function walk(value: JsonObject, parents: readonly string[], paths: readonly string[]): void {
  for (const [key, member] of Object.entries(value)) {
    const path = [...parents, key].join('.');
    if (paths.includes(path)) continue;
    const leadsOn = paths.some((allowed) => allowed.startsWith(`${path}.`));
    if (!leadsOn || !isJsonObject(member)) refuse(parents, key);
    walk(member, [...parents, key], paths);
  }
}

/**
 * Lets only listed parameters through. `type` may be named, because it tells the generations apart; whether it fits is
 * checked later.
 *
 * @param params - Session parameters as the client sent them.
 * @param paths - What it may set.
 * @throws Refusal `unknown_field` with the path, never the value.
 */
export function checkAllowed(params: JsonObject, paths: readonly string[]): void {
  const { type, ...rest } = params;
  if (type !== undefined && typeof type !== 'string') refuse([], 'type');
  walk(rest, [], paths);
}
