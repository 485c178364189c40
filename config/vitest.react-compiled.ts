import { createRequire } from 'node:module';
import type { Plugin } from 'vitest/config';

/** The part of Babel that this plugin uses. */
interface Babel {
  transformAsync(
    code: string,
    options: object,
  ): Promise<{ readonly code: string; readonly map: object } | null>;
}

const require = createRequire(import.meta.url);
const babel = require('@babel/core') as Babel;

/** Compiles the hooks and the components of their tests with the React Compiler, as an app's bundler does. */
export const reactCompiler: Plugin = {
  name: 'react-compiler',
  enforce: 'pre',
  async transform(code, id) {
    const [file = ''] = id.split('?');
    if (!/packages\/react\/(src|test)\/.*\.tsx?$/.test(file)) return null;
    const result = await babel.transformAsync(code, {
      filename: file,
      babelrc: false,
      configFile: false,
      sourceMaps: true,
      parserOpts: { plugins: ['typescript', ...(file.endsWith('x') ? ['jsx'] : [])] },
      plugins: [[require.resolve('babel-plugin-react-compiler'), { target: '19' }]],
    });
    return result && { code: result.code, map: JSON.stringify(result.map) };
  },
};
