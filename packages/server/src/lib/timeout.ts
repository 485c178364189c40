import { ProblemError, toProblemError } from './problem.ts';
import type { DisconnectSignal } from './received-request.ts';

export interface TimeLimit {
  readonly timeoutMs: number;
  /** Aborted when the client disconnects. */
  readonly parent: DisconnectSignal;
  /** Creates the error for a step that took too long. */
  readonly toTimeoutError: () => ProblemError;
}

/** A step while it runs. */
export interface Step {
  /** Aborted when the time is up or the client disconnects. Created when it is first read: most steps need none, and it costs more than they do. */
  readonly signal: AbortSignal;
}

class AbortableStep implements Step {
  #controller: AbortController | undefined;
  #isAborted = false;

  get signal(): AbortSignal {
    this.#controller ??= new AbortController();
    if (this.#isAborted) this.#controller.abort();
    return this.#controller.signal;
  }

  abort(): void {
    this.#isAborted = true;
    this.#controller?.abort();
  }
}

function isPromiseLike<T>(value: T | PromiseLike<T>): value is PromiseLike<T> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}

function throwIfAborted(parent: DisconnectSignal): void {
  if (parent.aborted) throw new ProblemError('client_closed_request');
}

/**
 * Runs a step with a time limit. When the time is up or the client disconnects, the step's signal is aborted and the returned
 * promise rejects, whether or not the step reacts to its signal. (`AbortSignal.any()` keeps its source signals alive on Node 20.)
 *
 * @throws ProblemError The timeout error, or `client_closed_request`.
 */
export async function withTimeout<T>(limit: TimeLimit, run: (step: Step) => T | PromiseLike<T>): Promise<T> {
  throwIfAborted(limit.parent);
  const step = new AbortableStep();
  const result = run(step);
  if (isPromiseLike(result)) return race(limit, result, step);
  throwIfAborted(limit.parent);
  return result;
}

function race<T>(limit: TimeLimit, result: PromiseLike<T>, step: AbortableStep): Promise<T> {
  const { timeoutMs, parent, toTimeoutError } = limit;
  return new Promise((resolve, reject) => {
    const interrupt = (error: ProblemError): void => {
      release();
      // Rejects first, so that this error wins over the step's own AbortError.
      reject(error);
      step.abort();
    };
    const onDisconnect = (): void => interrupt(new ProblemError('client_closed_request'));
    // The second timer lets results that arrived while this thread was busy win over the timeout.
    let timer = setTimeout(() => {
      timer = setTimeout(() => interrupt(toTimeoutError()), 0);
    }, timeoutMs);
    const release = (): void => {
      clearTimeout(timer);
      parent.removeEventListener('abort', onDisconnect);
    };
    parent.addEventListener('abort', onDisconnect, { once: true });
    // The client may have disconnected while the step started.
    if (parent.aborted) onDisconnect();
    const settled = Promise.resolve(result);
    settled.then(release, release);
    settled.then(resolve, reject);
  });
}

export interface HookCall {
  /** The option that holds the hook. */
  readonly option: string;
  readonly timeoutMs: number;
  /** Aborted when the client disconnects. */
  readonly parent: DisconnectSignal;
}

/**
 * Runs a hook of the server's owner with a time limit.
 *
 * @throws ProblemError `internal_error` if the hook throws, `hook_timeout` if it takes too long.
 */
export async function runHook<T>(
  { option, timeoutMs, parent }: HookCall,
  run: (step: Step) => T | PromiseLike<T>,
): Promise<T> {
  const toTimeoutError = (): ProblemError => {
    const remedy = `\`${option}\` did not finish within \`timeoutMs\`; pass on the signal it receives, or raise the limit.`;
    return new ProblemError('hook_timeout', { remedy });
  };
  try {
    return await withTimeout({ timeoutMs, parent, toTimeoutError }, run);
  } catch (thrown) {
    throw toProblemError(thrown, `\`${option}\` threw an error; correct it.`);
  }
}
