import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { manifestOf } from './this-package.ts';

const require = createRequire(import.meta.url);

/** A compiler these tests run. */
export interface TypeScript {
  /** As the support table names it. */
  readonly name: string;
  /** Its exact version. */
  readonly version: string;
  /** The script that is its command. */
  readonly tsc: string;
}

/** Every TypeScript this package installs, by its alias. */
export const typescripts: readonly TypeScript[] = Object.keys(manifestOf().devDependencies)
  .filter((name) => name.startsWith('typescript-'))
  .map((alias) => {
    const path = require.resolve(`${alias}/package.json`);
    // A package's manifest has a version.
    const { version } = require(path) as { version: string };
    return {
      name: alias.replace('typescript-', 'TypeScript '),
      version,
      tsc: join(dirname(path), 'bin', 'tsc'),
    };
  });
