import { defineConfig } from 'tsup';
import { library } from '../../tsup.base.ts';

export default defineConfig({
  ...library,
  // Rollup's pass would strip the directive that keeps the module on the client.
  treeshake: false,
  banner: { js: "'use client';" },
});
