import { readFile } from 'node:fs/promises';

const { devDependencies } = JSON.parse(await readFile(new URL('../package.json', import.meta.url), 'utf8'));

/**
 * The versions of the peers a row measures: exact, because `package.json` pins them.
 *
 * @param {readonly string[]} names Packages.
 * @returns {Record<string, string>}
 */
export function pinned(names) {
  return Object.fromEntries(
    names.map((name) => {
      const version = devDependencies[name];
      if (!/^\d/.test(version ?? '')) throw new Error(`bench/package.json pins no version of ${name}.`);
      return [name, version];
    }),
  );
}
