import { accessSync, constants } from 'node:fs';

/** A page in a browser engine. */
export interface EnginePage {
  goto(url: string): Promise<void>;
  /** Evaluates an expression as a user gesture, waits for its promise, and returns its JSON value. */
  evaluate(expression: string): Promise<unknown>;
  close(): Promise<void>;
}

/** A browser engine with a new profile. */
export interface Engine {
  readonly name: 'Firefox' | 'WebKit';
  /** As the browser reports it. */
  readonly version: string;
  open(): Promise<EnginePage>;
  close(): Promise<void>;
}

/** An expression whose value is JSON, so that every engine returns it in the same way. */
export function toJsonExpression(expression: string): string {
  return `Promise.resolve(${expression}).then((value) => JSON.stringify(value ?? null))`;
}

/**
 * Finds the executable of an engine.
 *
 * @throws Error with the command that installs it. A missing engine fails the tests instead of skipping them.
 */
export function findExecutable(paths: readonly string[], debianPackage: string): string {
  const found = paths.find(isExecutable);
  if (found !== undefined) return found;
  throw new Error(`${paths.join(' and ')} were not found. Install them: apt-get install ${debianPackage}`);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
