import type { Runner } from './runner.ts';

/**
 * Takes a lease: while anyone holds one, the token is kept fresh.
 *
 * @param runner - The manager's.
 * @returns releases it; calling it twice does nothing.
 */
export function takeLease<P, S>(runner: Runner<P, S>): () => void {
  let release = (): void => runner.turn((model) => void (model.leases -= 1));
  runner.turn((model) => {
    model.unused = 0;
    model.leases += 1;
  });
  return () => {
    release();
    release = () => undefined;
  };
}
