// Bundles a project with Metro, on a Node that Metro supports: node metro.mjs PROJECT ENTRY OUTFILE
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { loadConfig, mergeConfig, runBuild } from 'metro';

const [project, entry, out] = process.argv.slice(2);
// Metro adds its own module loader to the bundle. It depends on the package, which pnpm stores next to it.
const runtime = dirname(createRequire(import.meta.resolve('metro')).resolve('metro-runtime/package.json'));
const config = mergeConfig(await loadConfig({ cwd: project }, { projectRoot: project }), {
  watchFolders: [project, runtime],
  resolver: { extraNodeModules: { 'metro-runtime': runtime } },
  cacheStores: [],
  maxWorkers: 1,
  reporter: { update: () => undefined },
});
await runBuild(config, { entry, out, platform: 'ios', dev: false, minify: false });
