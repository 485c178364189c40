import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { runInNewContext } from 'node:vm';
import { build } from 'vite';
import { describe, expect, it } from 'vitest';
import { bundleForEdge, bundleForPage } from './support/bundle-for.ts';

const SENTENCE =
  /@realtime-session\/server runs on a server: it holds the API key\. Import it from server code/;

const manifest = new URL('../../packages/server/package.json', import.meta.url);
const { exports } = JSON.parse(await readFile(manifest, 'utf8')) as { exports: Record<string, unknown> };
const entries = Object.keys(exports)
  .filter((path) => path !== './package.json')
  .map((path) => path.replace(/^\./, '@realtime-session/server'));

const quickStart = `
  import { createSessionHandler } from '@realtime-session/server';
  globalThis.handler = createSessionHandler({ apiKey: 'sk-in-the-page', authorize: () => null, session: {} });`;

async function bundleWithVite(code: string): Promise<string> {
  const entry = 'virtual:page';
  const built = await build({
    configFile: false,
    logLevel: 'silent',
    root: import.meta.dirname,
    plugins: [
      {
        name: 'page',
        resolveId: (id) => (id === entry ? `${import.meta.dirname}/page.js` : undefined),
        load: (id) => (id.endsWith('/page.js') ? code : undefined),
      },
    ],
    build: { write: false, rolldownOptions: { input: entry, output: { format: 'iife' } } },
  });
  const outputs = Array.isArray(built) ? built : [built];
  const chunks = outputs.flatMap((one) => ('output' in one ? one.output : []));
  return chunks.map((chunk) => (chunk.type === 'chunk' ? chunk.code : '')).join('\n');
}

describe('a page that imports the server package', () => {
  it.each([
    ['esbuild', bundleForPage],
    ['vite', bundleWithVite],
  ])('gets a clear error when it is loaded, bundled by %s', async (_bundler, bundle) => {
    const code = await bundle(quickStart);
    expect(() => {
      runInNewContext(code);
    }).toThrow(SENTENCE);
    // The bundle contains no code of the package itself.
    expect(code).not.toMatch(/Sec-Fetch-Site|client_secrets/i);
  });

  it.each(entries)('gets a clear error for every export of %s', async (entry) => {
    // The entry that a server resolves.
    const names = Object.keys((await import(entry)) as object);
    expect(names).not.toEqual([]);
    const code = await bundleForPage(
      `import { ${names.join()} } from '${entry}'; console.log(${names.join()});`,
    );
    expect(() => {
      runInNewContext(code);
    }).toThrow(SENTENCE);
  });
});

describe('an edge runtime that imports the server package', () => {
  it.each([
    ['Cloudflare', ['workerd', 'worker', 'browser']],
    ['Vercel', ['edge-light', 'worker', 'browser']],
    ['Deno', ['deno']],
  ])('S41 gets a bundle without Node modules: %s', async (_runtime, conditions) => {
    const code = await bundleForEdge(quickStart, conditions);
    expect(code).toContain('client_secrets');
    expect(code).not.toMatch(SENTENCE);
  });

  it('S41 fails when a Node module is imported', async () => {
    const node = `import { toNodeHandler } from '@realtime-session/server/node'; console.log(toNodeHandler);`;
    await expect(bundleForEdge(node, ['workerd', 'worker', 'browser'])).rejects.toThrow(/reaches node:/);
  });
});

describe('importing the server package', () => {
  it('S38 changes no global and starts nothing, except for two globals of zod', async () => {
    const script = `
      import { builtinModules } from 'node:module';
      // In a script passed as an argument, every Node module is a global that loads on first access.
      const names = () => Object.getOwnPropertyNames(globalThis).filter((name) => !builtinModules.includes(name));
      const describeAll = () => new Map(names().map((name) => {
        const value = globalThis[name]; // read, because Node replaces some of them on first access
        const { get, set } = Object.getOwnPropertyDescriptor(globalThis, name);
        const members = typeof value === 'function' && value.prototype ? Reflect.ownKeys(value.prototype).map(String) : [];
        return [name, [value, get, set, members.join()]];
      }));
      describeAll();
      const before = describeAll();
      await import('@realtime-session/server');
      const after = describeAll();
      const changed = [...new Set([...before.keys(), ...after.keys()])].filter((name) => {
        const [was = [], is = []] = [before.get(name), after.get(name)];
        return was.length !== is.length || was.some((part, index) => !Object.is(part, is[index]));
      });
      console.log(JSON.stringify({ changed, timers: process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length }));`;
    const { stdout, stderr } = await promisify(execFile)(
      process.execPath,
      ['--input-type=module', '-e', script],
      { cwd: import.meta.dirname },
    );
    expect(stderr).toBe('');
    expect(JSON.parse(stdout)).toEqual({
      changed: ['__zod_globalConfig', '__zod_globalRegistry'],
      timers: 0,
    });
  });
});
