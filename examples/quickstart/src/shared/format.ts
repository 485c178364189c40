/** A span as minutes and seconds, rounded up: `1:05`. Never below `0:00`. */
export function asCountdown(ms: number): string {
  const seconds = Math.max(0, Math.ceil(ms / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}

/** A moment as a 24-hour time of day: `14:03:09`. */
export function asTimeOfDay(atMs: number): string {
  return new Date(atMs).toLocaleTimeString('en-GB');
}

/** A span in whole seconds, rounded up, at least one: `4 s`. */
export function asSeconds(ms: number): string {
  return `${Math.max(1, Math.ceil(ms / 1000))} s`;
}
