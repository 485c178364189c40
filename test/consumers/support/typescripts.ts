import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const require = createRequire(import.meta.url);

export interface TypeScript {
  /** The name in the support table. */
  readonly name: string;
  readonly version: string;
  /** Path of the compiler script. */
  readonly tsc: string;
}

const { devDependencies } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
  devDependencies: Record<string, string>;
};

/** The TypeScript versions that are installed with aliases. */
export const typescripts: readonly TypeScript[] = Object.keys(devDependencies)
  .filter((name) => name.startsWith('typescript-'))
  .map((alias) => {
    const path = require.resolve(`${alias}/package.json`);
    const { version } = require(path) as { version: string };
    return {
      name: alias.replace('typescript-', 'TypeScript '),
      version,
      tsc: join(dirname(path), 'bin', 'tsc'),
    };
  });
