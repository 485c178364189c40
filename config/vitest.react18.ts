import { fileURLToPath } from 'node:url';
import type { Plugin } from 'vitest/config';

const workspace = fileURLToPath(new URL('../test/react18/package.json', import.meta.url));
const reactPackages = /^(react|react-dom|react-refresh|zustand|@testing-library\/react)(\/|$)/;

/** Resolves React and the packages that depend on it to the versions in `test/react18`. */
export const react18: Plugin = {
  name: 'react18',
  enforce: 'pre',
  resolveId(source) {
    return reactPackages.test(source) ? this.resolve(source, workspace, { skipSelf: true }) : null;
  },
};
