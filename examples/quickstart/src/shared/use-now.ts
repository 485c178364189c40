import { useEffect, useState } from 'react';

/**
 * The time, for countdowns. Re-renders the component that calls it, and no other.
 *
 * @param stepMs - How often.
 */
export function useNow(stepMs: number): number {
  const [nowMs, setNowMs] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNowMs(Date.now()), stepMs);
    return () => clearInterval(timer);
  }, [stepMs]);
  return nowMs;
}
