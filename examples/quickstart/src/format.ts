import { useEffect, useState } from 'react';

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

/** Returns the current time, and re-renders the calling component in this interval. */
export function useNow(intervalMs: number): number {
  const [nowMs, setNowMs] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNowMs(Date.now()), intervalMs);
    return () => clearInterval(timer);
  }, [intervalMs]);
  return nowMs;
}
