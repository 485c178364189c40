/** Length of the audio that one event carries to a sideband, in milliseconds. */
export const FRAME_MS = 100;

/** The same in samples: sidebands receive mono PCM16 at 24 kHz, whatever the page sends. */
export const FRAME_SAMPLES = 2_400;
