import type { ExpiresAfter } from './token-fields.ts';
import type { ToolChoice } from './tools.ts';

/** A translated value, and the paths of what the other call does not support. */
export interface Translated<T> {
  readonly value: T;
  /** Paths in the original request, such as `temperature`. */
  readonly dropped: readonly string[];
}

/** Returns the paths of the fields that have a value. `parent` is empty for the body itself. */
export function droppedPaths(parent: string, fields: Readonly<Record<string, unknown>>): string[] {
  return Object.entries(fields)
    .filter(([, value]) => value !== undefined && value !== null)
    .map(([key]) => (parent === '' ? key : `${parent}.${key}`));
}

/** Removes the keys whose value is `undefined`. */
export function compact<T extends object>(object: T): T {
  const entries = Object.entries(object).filter(([, value]) => value !== undefined);
  // Only keys that allow undefined are removed, so the result is still a T; fromEntries cannot express that.
  return Object.fromEntries(entries) as T;
}

/** Like {@link compact}, but returns `undefined` instead of an empty object. */
export function compactOrUndefined<T extends object>(object: T): T | undefined {
  const result = compact(object);
  return Object.keys(result).length === 0 ? undefined : result;
}

/** Adds the anchor that the API requires. */
export function toExpiresAfter(
  expiry: { readonly seconds?: number | undefined } | undefined,
): ExpiresAfter | undefined {
  return expiry === undefined
    ? undefined
    : compact<ExpiresAfter>({ anchor: 'created_at', seconds: expiry.seconds });
}

type Modality = 'text' | 'audio';

/** The `client_secrets` call takes one modality; `audio` includes a transcript. */
export function toOutputModalities(modalities: readonly Modality[]): Modality[] {
  return modalities.includes('audio') ? ['audio'] : ['text'];
}

/** In the `sessions` call, audio with its transcript is `['audio', 'text']`. */
export function toModalities(modalities: readonly Modality[]): Modality[] {
  return modalities.includes('audio') ? ['audio', 'text'] : ['text'];
}

function isToolMode(choice: string): choice is 'auto' | 'none' | 'required' {
  return choice === 'auto' || choice === 'none' || choice === 'required';
}

/** A string is a mode or the name of a function. */
export function nestToolChoice(choice: string): ToolChoice {
  return isToolMode(choice) ? choice : { type: 'function', name: choice };
}

/** The `sessions` call supports neither an MCP server nor a function whose name is a mode: both return `undefined`. */
export function flattenToolChoice(choice: ToolChoice): string | undefined {
  if (typeof choice === 'string') return choice;
  return choice.type === 'function' && !isToolMode(choice.name) ? choice.name : undefined;
}
