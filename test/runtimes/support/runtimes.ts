import { fileURLToPath } from 'node:url';

/** A runtime of the support table that is a process of its own. */
export interface Runtime {
  /** As the support table names it. */
  readonly name: string;
  /** Its executable. */
  readonly path: string;
  /** Arguments before the script. */
  readonly args: readonly string[];
}

const installed = (file: string): string =>
  fileURLToPath(new URL(`../node_modules/${file}`, import.meta.url));

/** Every runtime that runs a script. The first is the one these tests run on. */
export const scriptRuntimes: readonly Runtime[] = [
  { name: `Node ${process.versions.node.split('.')[0] ?? ''}`, path: process.execPath, args: [] },
  { name: 'Node 22', path: installed('node22/bin/node'), args: [] },
  { name: 'Node 24', path: installed('node24/bin/node'), args: [] },
  { name: 'Bun', path: installed('bun/bin/bun.exe'), args: ['run'] },
  { name: 'Deno', path: installed('deno/deno'), args: ['run', '--allow-net', '--allow-env', '--no-config'] },
];

/** workerd runs a configuration. */
export const workerd = installed('workerd/bin/workerd');
