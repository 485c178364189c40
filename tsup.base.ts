import type { Options } from 'tsup';

/** The build of a library package. Its entries are the files at the top of `src`. */
export const packageBuild: Options = {
  entry: ['src/*.ts'],
  format: 'esm',
  target: 'es2022',
  sourcemap: true,
  clean: true,
  treeshake: true,
};
