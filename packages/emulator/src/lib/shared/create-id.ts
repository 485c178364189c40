import { randomBytes } from 'node:crypto';

/** Creates an id from a prefix, such as `sess` or `event`, an underscore and 32 random hexadecimal digits. */
export function createId(prefix: string): string {
  return `${prefix}_${randomBytes(16).toString('hex')}`;
}
