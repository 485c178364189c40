import { fileURLToPath } from 'node:url';

/** @type {import('next').NextConfig} */
const config = {
  // As in a new app of create-next-app: everything outside of <Suspense> is prerendered.
  cacheComponents: true,
  partialPrefetching: true,
  distDir: 'dist',
  outputFileTracingRoot: fileURLToPath(new URL('../..', import.meta.url)),
  poweredByHeader: false,
};

export default config;
