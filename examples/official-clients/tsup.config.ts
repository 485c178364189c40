import { defineConfig } from 'tsup';

export default defineConfig({
  entry: ['console/main.ts'],
  format: 'esm',
  target: 'node20',
  platform: 'node',
  clean: true,
});
