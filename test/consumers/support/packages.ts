import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** What a package.json says, as far as these tests read it. */
export interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly exports: Readonly<Record<string, string | Readonly<Record<string, string>>>>;
  readonly files: readonly string[];
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly [field: string]: unknown;
}

/** The repository. */
export const root = fileURLToPath(new URL('../../../', import.meta.url));

/** Folders below `packages/`: every one of them is published. */
export const folders: readonly string[] = readdirSync(`${root}packages`);

/** Reads the manifest of one of them. */
export function manifestOf(folder: string): Manifest {
  // Our own file, checked by the tests that read it.
  return JSON.parse(readFileSync(`${root}packages/${folder}/package.json`, 'utf8')) as Manifest;
}

/** Every module that can be imported, as a user writes it. */
export const entries: readonly string[] = folders.flatMap((folder) => {
  const { name, exports } = manifestOf(folder);
  return Object.keys(exports)
    .filter((path) => path !== './package.json')
    .map((path) => name + path.slice(1));
});
