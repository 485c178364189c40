import { fileURLToPath } from 'node:url';

/** Vite writes paths with slashes, also on Windows. */
const packages = fileURLToPath(new URL('../packages', import.meta.url)).replaceAll('\\', '/');

/** Resolves packages to their sources, so that unit tests need no build. */
export const sources = [
  {
    find: /^@realtime-session\/(core|react|protocol|server|emulator|webrtc)$/,
    replacement: `${packages}/$1/src/index.ts`,
  },
  {
    find: /^@realtime-session\/(core|react|server|emulator)\/([\w-]+)$/,
    replacement: `${packages}/$1/src/$2.ts`,
  },
];

/** Processes and pages can be slow to respond on a busy machine. */
export const expectOptions = { poll: { timeout: 10_000 } };

export const unitTimeouts = { testTimeout: 30_000, hookTimeout: 60_000, expect: expectOptions };
