/**
 * How long a session may take to end on an emulator, in milliseconds: a page that goes may not be heard saying so, and is missed after
 * some fifteen seconds then.
 */
export const NOTICED_MS = 45_000;
