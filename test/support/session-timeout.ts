/**
 * How long a test waits for a session to end on an emulator. A closing page may fail to send its goodbye. The emulator then
 * detects the lost connection after about 15 seconds.
 */
export const SESSION_TIMEOUT_MS = 45_000;
