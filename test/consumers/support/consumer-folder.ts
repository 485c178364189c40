import { cp, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { TestProject } from 'vitest/node';
import { root } from './packages.ts';
import { run } from './run.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** A project outside of the workspace, with the packed packages installed by npm. */
    readonly consumer: string;
  }
}

/** Other dependencies of the project. */
export const installed = {
  '@hono/node-server': '2.1.8',
  '@types/express': '5.0.6',
  '@types/node': '20.19.43',
  '@types/react': '19.3.0',
  '@types/react-dom': '19.3.0',
  '@testing-library/dom': '10.4.2',
  '@testing-library/react': '16.3.3',
  '@vitejs/plugin-react': '6.3.0',
  express: '5.3.0',
  'happy-dom': '21.0.4',
  hono: '4.13.19',
  ioredis: '6.0.0',
  jose: '6.2.18',
  next: '16.4.6',
  'playwright-core': '1.65.1',
  'rate-limiter-flexible': '11.4.0',
  react: '19.3.1',
  'react-dom': '19.3.1',
  vite: '8.3.8',
  vitest: '4.1.12',
};

/** Packs the packages and installs the tarballs with npm, once for all tests. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const consumer = await mkdtemp(join(tmpdir(), 'realtime-session-consumer-'));
  const tarballs = join(consumer, 'tarballs');
  await run('pnpm', ['-r', '--filter', './packages/*', 'pack', '--pack-destination', tarballs], {
    cwd: root,
  });
  await cp(fileURLToPath(new URL('../fixtures', import.meta.url)), consumer, { recursive: true });
  const dependencies: Record<string, string> = { ...installed };
  for (const tarball of await readdir(tarballs)) {
    dependencies[tarball.replace(/^(realtime-session)-(\w+)-.*/, '@$1/$2')] = `file:tarballs/${tarball}`;
  }
  await writeFile(
    join(consumer, 'package.json'),
    JSON.stringify({ name: 'consumer', private: true, type: 'module', dependencies }),
  );
  const quiet = ['--prefer-offline', '--no-audit', '--no-fund', '--no-progress', '--loglevel=error'];
  const retries = ['--fetch-retries=6', '--fetch-retry-mintimeout=2000'];
  const install = () => run('npm', ['install', ...quiet, ...retries], { cwd: consumer });
  // The registry can be unavailable for a moment. A problem with the tarballs fails twice.
  await install().catch(install);
  project.provide('consumer', consumer);
  return () => rm(consumer, { recursive: true, force: true });
}
