import { asRefusal, Refusal } from '../errors/refusal.ts';
import { withDeadline } from './deadline.ts';
import type { Step } from './deadline.ts';

/** Which hook, and how long it may take. */
export interface HookRun {
  /** Name of the option, for the owner. */
  readonly name: string;
  /** In milliseconds. */
  readonly timeoutMs: number;
  /** Aborted when the client goes away. */
  readonly parent: AbortSignal;
}

/**
 * Runs one of the owner's functions: bounded in time, and closed when it fails.
 *
 * @throws Refusal `internal_error` when it throws, `hook_timeout` when it takes too long.
 */
export async function runHook<T>(hook: HookRun, run: (step: Step) => T | PromiseLike<T>): Promise<T> {
  const expired = (): Refusal => {
    const remedy = `\`${hook.name}\` did not answer within \`timeoutMs\`; pass on the signal it gets, or raise the limit.`;
    return new Refusal('hook_timeout', { remedy });
  };
  try {
    return await withDeadline({ timeoutMs: hook.timeoutMs, parent: hook.parent, expired }, run);
  } catch (thrown) {
    throw asRefusal(thrown, `\`${hook.name}\` failed; see the cause of this event.`);
  }
}
