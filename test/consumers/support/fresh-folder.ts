import { cp, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { TestProject } from 'vitest/node';
import { folders, root } from './packages.ts';
import { run } from './run.ts';

declare module 'vitest' {
  /** What the tests are handed. */
  export interface ProvidedContext {
    /** A folder outside of the workspace, into which npm installed the packed packages. */
    readonly fresh: string;
  }
}

/** What a user of the packages would have installed beside them. */
export const beside = {
  '@types/node': '20.19.43',
  '@types/react': '19.3.0',
  '@types/react-dom': '19.3.0',
  next: '16.4.6',
  react: '19.3.1',
  'react-dom': '19.3.1',
};

/** Packs every package once and installs the tarballs with npm, once for all tests. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const fresh = await mkdtemp(join(tmpdir(), 'realtime-session-consumer-'));
  const tarballs = join(fresh, 'tarballs');
  await Promise.all(
    folders.map((folder) =>
      run('pnpm', ['pack', '--pack-destination', tarballs], { cwd: `${root}packages/${folder}` }),
    ),
  );
  await cp(fileURLToPath(new URL('../fixtures', import.meta.url)), fresh, { recursive: true });
  const dependencies: Record<string, string> = { ...beside };
  for (const tarball of await readdir(tarballs)) {
    dependencies[tarball.replace(/^(realtime-session)-(\w+)-.*/, '@$1/$2')] = `file:tarballs/${tarball}`;
  }
  await writeFile(
    join(fresh, 'package.json'),
    JSON.stringify({ name: 'consumer', private: true, type: 'module', dependencies }),
  );
  const quiet = ['--prefer-offline', '--no-audit', '--no-fund', '--no-progress', '--loglevel=error'];
  const patient = ['--fetch-retries=6', '--fetch-retry-mintimeout=2000'];
  const install = () => run('npm', ['install', ...quiet, ...patient], { cwd: fresh });
  // A registry may be away for a while; what is wrong with the tarballs fails twice.
  await install().catch(install);
  project.provide('fresh', fresh);
  return () => rm(fresh, { recursive: true, force: true });
}
