import { execFile } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestHandler } from './support/test-handler.mjs';

const run = promisify(execFile);
const require = createRequire(import.meta.url);
const manifestPath = require.resolve('@realtime-session/server/package.json');
const manifest = JSON.parse(await readFile(manifestPath, 'utf8')) as { exports: Record<string, unknown> };
const entries = Object.keys(manifest.exports)
  .filter((entry) => entry !== './package.json')
  .map((entry) => entry.replace(/^\./, '@realtime-session/server'));
const adapters = {
  'aws-lambda': 'toAwsLambdaHandler',
  express: 'toExpressHandler',
  fastify: 'toFastifyHandler',
  h3: 'toH3Handler',
  hono: 'toHonoHandler',
  koa: 'toKoaHandler',
  next: 'toNextHandler',
  'next-pages': 'toNextPagesHandler',
  node: 'toNodeHandler',
  sveltekit: 'toSvelteKitHandler',
};
const here = fileURLToPath(new URL('.', import.meta.url));

/** Loads an entry in a separate process and returns whether a global changed. */
function watchGlobals(load: string): string {
  return `
    const ownValues = (object) => Object.entries(Object.getOwnPropertyDescriptors(object)).filter(([, { get }]) => !get);
    const snapshot = () => [globalThis, ...['Request', 'Response', 'Headers', 'URL', 'Object', 'Promise'].map((name) => globalThis[name].prototype)]
      .flatMap((object, index) => ownValues(object).map(([name, { value }]) => [index + name, value]));
    for (const name of ['Request', 'Response', 'Headers', 'fetch', 'URL']) void globalThis[name];
    const before = new Map(snapshot());
    ${load}
    const after = new Map(snapshot());
    const changed = [...before].filter(([name, value]) => !Object.is(after.get(name), value)).map(([name]) => name);
    console.log(JSON.stringify(changed));`;
}

describe('the package', () => {
  it.concurrent.each(entries)('S38 does not replace a global when %s is imported', async (entry) => {
    const script = watchGlobals(`await import(${JSON.stringify(entry)});`);
    const { stdout } = await run(process.execPath, ['--input-type=module', '-e', script], { cwd: here });
    expect(stdout.trim()).toBe('[]');
  });

  it.concurrent.each(entries)('%s can be loaded with require()', async (entry) => {
    const script = `console.log(Object.values(require(${JSON.stringify(entry)})).map((value) => typeof value).join())`;
    const { stdout } = await run(process.execPath, ['--input-type=commonjs', '-e', script], { cwd: here });
    const types = stdout.trim().split(',');
    expect(types).toContain('function');
    expect(types).not.toContain('undefined');
  });

  it.each(Object.entries(adapters))(
    'S20 %s exports %s, which throws when hops is zero',
    async (entry, name) => {
      const module = (await import(`@realtime-session/server/${entry}`)) as Record<string, unknown>;
      expect(Object.keys(module)).toEqual(entry === 'fastify' ? [name, 'toFastifyPlugin'] : [name]);
      const adapt = module[name] as (handler: unknown, options: unknown) => unknown;
      const handler = createTestHandler('http://127.0.0.1:9');
      expect(() => adapt(handler, { trustProxy: { hops: 0 } })).toThrow(/whole number from 1/);
    },
  );
});

describe('published types', () => {
  let folder = '';

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'realtime-session-types-'));
    const server = dirname(manifestPath);
    await mkdir(join(folder, 'node_modules', '@realtime-session'), { recursive: true });
    await symlink(server, join(folder, 'node_modules', '@realtime-session', 'server'));
    await symlink(join(server, 'node_modules', '@types'), join(folder, 'node_modules', '@types'));
    await copyFile(join(here, 'fixtures/types/consumer.ts'), join(folder, 'consumer.ts'));
    const compilerOptions = { strict: true, noEmit: true, skipLibCheck: false, skipDefaultLibCheck: true, types: ['node'], target: 'es2022', module: 'nodenext' }; // prettier-ignore
    await writeFile(
      join(folder, 'tsconfig.json'),
      JSON.stringify({ compilerOptions, files: ['consumer.ts'] }),
    );
    await writeFile(join(folder, 'package.json'), '{ "type": "module" }');
  });
  afterAll(() => rm(folder, { recursive: true }));

  it('compile without any framework installed', async () => {
    const tsc = require.resolve('typescript/bin/tsc');
    const { stdout } = await run(process.execPath, [tsc, '-p', folder]).catch((thrown: unknown) => ({
      stdout: String((thrown as { stdout?: unknown }).stdout),
    }));
    expect(stdout).toBe('');
  });
});
