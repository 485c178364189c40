import { randomBytes } from 'node:crypto';

/** A word that occurs nowhere else. */
export function randomWord(): string {
  return randomBytes(12).toString('hex');
}
