export {
  createSetup,
  emulatorFixture,
  setup,
  type ProvidedEmulator,
  type VitestProject,
} from './lib/testing/vitest.ts';
