import { fileURLToPath } from 'node:url';

/** @type {import('next').NextConfig} */
const config = {
  distDir: 'dist',
  outputFileTracingRoot: fileURLToPath(new URL('../..', import.meta.url)),
  poweredByHeader: false,
  // The repository checks types of everything at once.
  typescript: { ignoreBuildErrors: true },
};

export default config;
