import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    globalSetup: '@realtime-session/emulator/vitest',
  },
});
