import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { runCommand } from './run-steps.ts';
import { readStartPage } from './start-page.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** A folder outside of the workspace, in which the tarballs were made as the pages say. */
    readonly start: string;
  }
}

/** Follows the beginning of the pages, once for all tests: makes the tarballs from a clone. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), 'realtime-session-start-'));
  for (const command of readStartPage('getting-started-vite').packing) await runCommand(command, folder);
  project.provide('start', folder);
  return () => rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
}
