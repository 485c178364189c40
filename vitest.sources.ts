import { fileURLToPath } from 'node:url';

const packages = fileURLToPath(new URL('packages', import.meta.url));

/** Sources instead of builds, so that the inner loop needs no build step. */
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
