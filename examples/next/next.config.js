import { fileURLToPath } from 'node:url';

/** @type {import('next').NextConfig} */
const config = {
  distDir: 'dist',
  outputFileTracingRoot: fileURLToPath(new URL('../..', import.meta.url)),
  poweredByHeader: false,
  // The repository type-checks all packages together.
  typescript: { ignoreBuildErrors: true },
};

export default config;
