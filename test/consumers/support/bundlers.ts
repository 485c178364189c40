import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { build as esbuild } from 'esbuild';
import { build as vite } from 'vite';
import webpack, { type Configuration } from 'webpack';

/** What a page would load. */
export interface PageBundle {
  /** Every script, one after the other. */
  readonly code: string;
  /** Paths of the modules it is made of. */
  readonly modules: readonly string[];
}

/** A tool that makes a page's scripts. */
export interface Bundler {
  /** As the support table names it. */
  readonly name: string;
  /** The package it comes from. */
  readonly dependency: string;
  /** Bundles the page of a folder into another one below it. */
  bundle(folder: string): Promise<PageBundle>;
}

const page = 'src/page.js';
const production = JSON.stringify('production');

/** Every bundler that is tested, as its own documentation says to use it. */
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
        plugins: [{ name: 'listen', moduleParsed: ({ id }) => void modules.push(id) }],
      });
      return { code: await codeOf(join(outDir, 'assets')), modules };
    },
  },
  {
    name: 'webpack',
    dependency: 'webpack',
    async bundle(folder) {
      const outDir = join(folder, 'bundled-webpack');
      const modules = await pack({
        context: folder,
        entry: `./${page}`,
        mode: 'production',
        target: 'web',
        output: { path: outDir },
        performance: false,
      });
      return { code: await codeOf(outDir), modules };
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
      return { code: await codeOf(outdir), modules: Object.keys(metafile.inputs) };
    },
  },
];

/** Runs webpack and names the modules it used. */
function pack(configuration: Configuration): Promise<readonly string[]> {
  return new Promise((resolve, reject) => {
    webpack(configuration, (error, stats) => {
      const { errors = [], warnings = [] } =
        stats?.toJson({ all: false, errors: true, warnings: true }) ?? {};
      const complaints = [...errors, ...warnings].map(({ message }) => message);
      if (error || complaints.length > 0) return reject(error ?? new Error(complaints.join('\n')));
      const modules = [...(stats?.compilation.modules ?? [])].map((module) => module.identifier());
      resolve(modules);
    });
  });
}

/** The scripts of a folder. */
async function codeOf(folder: string): Promise<string> {
  const scripts = (await readdir(folder)).filter((file) => file.endsWith('.js'));
  const texts = await Promise.all(scripts.map((file) => readFile(join(folder, file), 'utf8')));
  return texts.join('\n');
}
