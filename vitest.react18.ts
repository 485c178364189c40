import { fileURLToPath } from 'node:url';
import type { Plugin } from 'vitest/config';

const workspace = fileURLToPath(new URL('test/react18/package.json', import.meta.url));
const ofReact = /^(react|react-dom|react-refresh|zustand|@testing-library\/react)(\/|$)/;

/** Tests and sources that import React, or what stands on it, get the versions of `test/react18`. */
export const react18: Plugin = {
  name: 'react18',
  enforce: 'pre',
  resolveId(source) {
    return ofReact.test(source) ? this.resolve(source, workspace, { skipSelf: true }) : null;
  },
};
