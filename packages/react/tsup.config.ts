import { defineConfig } from 'tsup';

export default defineConfig({
  entry: ['src/*.ts'],
  format: 'esm',
  target: 'es2022',
  dts: { compilerOptions: { ignoreDeprecations: '6.0' } },
  sourcemap: true,
  clean: true,
  // Rollup's pass would strip the directive that keeps the module on the client.
  treeshake: false,
  banner: { js: "'use client';" },
});
