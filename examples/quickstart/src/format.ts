/** Formats a duration as minutes and seconds, rounded up: `1:05`. Negative durations are `0:00`. */
export function formatCountdown(ms: number): string {
  const seconds = Math.max(0, Math.ceil(ms / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}

/** Formats a timestamp as a 24-hour time: `14:03:09`. */
export function formatTime(atMs: number): string {
  return new Date(atMs).toLocaleTimeString('en-GB');
}

/** Formats a duration in whole seconds, rounded up, at least one: `4 s`. */
export function formatSeconds(ms: number): string {
  return `${Math.max(1, Math.ceil(ms / 1000))} s`;
}

/** Formats a duration for people: `85 ms`, `1.2 s`, `2 min`, `1 h`. */
export function formatDuration(ms: number): string {
  if (ms < 99.5) return `${Math.round(ms)} ms`;
  if (ms < 59_950) return `${(ms / 1000).toFixed(1).replace(/\.0$/, '')} s`;
  const minutes = Math.round(ms / 60_000);
  if (minutes < 60) return `${minutes} min`;
  return minutes % 60 === 0 ? `${minutes / 60} h` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
