import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { build as esbuild } from 'esbuild';
import { build as vite } from 'vite';
import webpack, { type Configuration } from 'webpack';

export interface PageBundle {
  /** All scripts. */
  readonly code: string;
  /** Paths of the bundled modules. */
  readonly modules: readonly string[];
}

export interface Bundler {
  /** The name in the support table. */
  readonly name: string;
  /** The npm package. */
  readonly dependency: string;
  /** Bundles `src/page.js` of a folder. */
  bundle(folder: string): Promise<PageBundle>;
}

const page = 'src/page.js';
const production = JSON.stringify('production');

export const bundlers: readonly Bundler[] = [
  {
    name: 'Vite',
    dependency: 'vite',
    async bundle(folder) {
      const outDir = join(folder, 'bundled-vite');
      const modules: string[] = [];
      await vite({
        root: folder,
        configFile: false,
        logLevel: 'error',
        build: { outDir, rolldownOptions: { input: join(folder, page) } },
        plugins: [{ name: 'collect-modules', moduleParsed: ({ id }) => void modules.push(id) }],
      });
      return { code: await readScripts(join(outDir, 'assets')), modules };
    },
  },
  {
    name: 'webpack',
    dependency: 'webpack',
    async bundle(folder) {
      const outDir = join(folder, 'bundled-webpack');
      const modules = await runWebpack({
        context: folder,
        entry: `./${page}`,
        mode: 'production',
        target: 'web',
        output: { path: outDir },
        performance: false,
      });
      return { code: await readScripts(outDir), modules };
    },
  },
  {
    name: 'esbuild',
    dependency: 'esbuild',
    async bundle(folder) {
      const outdir = join(folder, 'bundled-esbuild');
      const { metafile } = await esbuild({
        absWorkingDir: folder,
        entryPoints: [page],
        outdir,
        bundle: true,
        format: 'esm',
        minify: true,
        metafile: true,
        define: { 'process.env.NODE_ENV': production },
      });
      return { code: await readScripts(outdir), modules: Object.keys(metafile.inputs) };
    },
  },
];

/** Runs webpack and returns the bundled modules. Warnings fail. */
function runWebpack(configuration: Configuration): Promise<readonly string[]> {
  return new Promise((resolve, reject) => {
    webpack(configuration, (error, stats) => {
      const { errors = [], warnings = [] } =
        stats?.toJson({ all: false, errors: true, warnings: true }) ?? {};
      const problems = [...errors, ...warnings].map(({ message }) => message);
      if (error || problems.length > 0) return reject(error ?? new Error(problems.join('\n')));
      const modules = [...(stats?.compilation.modules ?? [])].map((module) => module.identifier());
      resolve(modules);
    });
  });
}

async function readScripts(folder: string): Promise<string> {
  const scripts = (await readdir(folder)).filter((file) => file.endsWith('.js'));
  const texts = await Promise.all(scripts.map((file) => readFile(join(folder, file), 'utf8')));
  return texts.join('\n');
}
