import { defineConfig } from 'tsup';
import { packageBuild } from '../../tsup.base.ts';

export default defineConfig({
  ...packageBuild,
  // Rollup's pass would strip the directive that keeps the module on the client.
  treeshake: false,
  banner: { js: "'use client';" },
});
