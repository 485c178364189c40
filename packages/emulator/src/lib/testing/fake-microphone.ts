/** Switches of Chromium for a microphone that beeps twice a second, and a user who lets every page have it. */
export const FAKE_MICROPHONE: readonly string[] = [
  '--use-fake-device-for-media-stream',
  '--use-fake-ui-for-media-stream',
];
