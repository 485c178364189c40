import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build, type InlineConfig } from 'vite';

const apps = fileURLToPath(new URL('../apps/', import.meta.url));

/** Files in `apps`. */
export type AppFiles = readonly [client: string, server: string];

/** Addresses of the built files. */
export interface BuiltApp {
  readonly client: string;
  readonly server: string;
  remove(): Promise<void>;
}

/** Builds an app for browsers and for a server, with everything it imports, as a user of Vite does. */
export async function buildApp([client, server]: AppFiles, config: InlineConfig): Promise<BuiltApp> {
  const folder = await mkdtemp(join(tmpdir(), 'frameworks-'));
  const common: InlineConfig = { configFile: false, root: apps, logLevel: 'error', ...config };
  const output = (outDir: string) => ({
    outDir,
    emptyOutDir: true,
    minify: false as const,
    target: 'es2022',
  });
  await build({
    ...common,
    define: { 'process.env.NODE_ENV': '"production"' },
    build: {
      ...output(join(folder, 'client')),
      lib: { entry: join(apps, client), formats: ['es'], fileName: () => 'app.mjs' },
    },
  });
  await build({
    ...common,
    ssr: { noExternal: true },
    build: {
      ...output(join(folder, 'server')),
      ssr: join(apps, server),
      rolldownOptions: { output: { entryFileNames: 'app.mjs' } },
    },
  });
  const url = (name: string) => pathToFileURL(join(folder, name, 'app.mjs')).href;
  return {
    client: url('client'),
    server: url('server'),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}
