import { Refusal } from '../errors/refusal.ts';

/** How long a step may take and who else may end it. */
export interface Deadline {
  /** In milliseconds. */
  readonly timeoutMs: number;
  /** Aborted when the client goes away. */
  readonly parent: AbortSignal;
  /** What to throw when the time is up. */
  expired(): Refusal;
}

/** What a step is told. */
export interface Step {
  /** Aborted when the time is up or the client goes away. Made when it is first read: most steps never look. */
  readonly signal: AbortSignal;
}

/** A step, and what aborts its signal, also when that is read later. */
function stoppable(): { step: Step; stop: () => void } {
  let controller: AbortController | undefined;
  let isStopped = false;
  const step = {
    get signal() {
      controller ??= new AbortController();
      if (isStopped) controller.abort();
      return controller.signal;
    },
  };
  const stop = (): void => {
    isStopped = true;
    controller?.abort();
  };
  return { step, stop };
}

function isPromise<T>(value: T | PromiseLike<T>): value is PromiseLike<T> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}

function race<T>(deadline: Deadline, answer: Promise<T>, stop: () => void): Promise<T> {
  const { parent, timeoutMs } = deadline;
  return new Promise((resolve, reject) => {
    const end = (refusal: Refusal): void => {
      release();
      // Rejected first, so that the step's own AbortError loses the race.
      reject(refusal);
      stop();
    };
    const onGone = (): void => end(new Refusal('client_closed_request'));
    // Twice, so that what arrived while this thread was busy is read before anybody is told that it is late.
    let timer = setTimeout(() => {
      timer = setTimeout(() => end(deadline.expired()), 0);
    }, timeoutMs);
    const release = (): void => {
      clearTimeout(timer);
      parent.removeEventListener('abort', onGone);
    };
    parent.addEventListener('abort', onGone, { once: true });
    // The step may have taken so long to begin that the client is gone by now.
    if (parent.aborted) onGone();
    answer.finally(release).then(resolve, reject);
  });
}

function throwIfGone(parent: AbortSignal): void {
  if (parent.aborted) throw new Refusal('client_closed_request');
}

/**
 * Runs one step with a time limit. The step's signal is aborted when the time is up or the client goes away, and the
 * returned promise settles then, whether or not the step listens. Timer and listener are gone when it settles; a step that
 * answers at once gets neither. (`AbortSignal.any` would do half of this, but keeps its sources alive on Node 20.)
 *
 * @param deadline - Time limit, parent signal and the refusal for being late.
 * @param run - The step.
 * @throws Refusal The deadline's own, or `client_closed_request`.
 */
export async function withDeadline<T>(
  deadline: Deadline,
  run: (step: Step) => T | PromiseLike<T>,
): Promise<T> {
  const { parent } = deadline;
  throwIfGone(parent);
  const { step, stop } = stoppable();
  const answer = run(step);
  if (isPromise(answer)) return race(deadline, Promise.resolve(answer), stop);
  throwIfGone(parent);
  return answer;
}
