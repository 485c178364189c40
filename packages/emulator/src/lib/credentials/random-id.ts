import { randomBytes } from 'node:crypto';

/**
 * A fresh id.
 *
 * @param prefix - What it names, such as `sess` or `event`.
 * @returns The prefix, `_`, and 32 random hexadecimal digits.
 */
export function randomId(prefix: string): string {
  return `${prefix}_${randomBytes(16).toString('hex')}`;
}
