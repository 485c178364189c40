import { existsSync } from 'node:fs';
import { must } from './run.mjs';

let updated = false;

/**
 * Installs a Debian package where that is possible, and ends the program with a sentence where it is not.
 *
 * @param {string} name
 * @param {string} otherwise - What to do by hand.
 */
export async function installDebianPackage(name, otherwise) {
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) {
    console.error(otherwise);
    process.exit(1);
  }
  if (!updated) await must('updating the package list', 'apt-get', ['update', '-qq']);
  updated = true;
  const args = ['install', '-y', '-qq', '--no-install-recommends', name];
  await must(`installing ${name}`, 'apt-get', args);
}
