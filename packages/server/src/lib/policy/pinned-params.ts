import { isJsonObject } from '../gate/parse-json-object.ts';
import { parseParams } from './parse-params.ts';
import type { ParsedParams } from './parse-params.ts';

/**
 * Reads the owner's session parameters.
 *
 * @param session - A value of the option `session`, or what it returned.
 * @throws TypeError Naming the path and what would be right, never the value.
 */
export function parsePinned(session: unknown): ParsedParams {
  if (!isJsonObject(session)) {
    throw new TypeError(
      'session must be an object of session parameters, such as { model: "gpt-realtime" }.',
    );
  }
  // Undefined members are absent ones: owners build these objects with optional parts.
  const result = parseParams(
    Object.fromEntries(Object.entries(session).filter(([, value]) => value !== undefined)),
  );
  if (result.kind === 'parsed') return result.parsed;
  const { path, message } = result.issue;
  throw new TypeError(`session${path === '' ? '' : `.${path}`} ${message}; correct the option \`session\`.`);
}
