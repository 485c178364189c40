import { ProblemError } from '../problem.ts';
import type { Principal } from '../request-context.ts';
import { sleep } from './call-clock.ts';
import { createCallContext, withStore } from './call-context.ts';
import type { CallContext } from './call-context.ts';
import { createCallSecrets, isCallId, isSecretMissing, MISSING_SECRET_REMEDY } from './call-secrets.ts';
import type { CallServiceConfig, CallSupervisor, CallView, SweepResult } from './call-service.ts';
import type { EndedCall, StoredCall } from './call-store.ts';
import { createCall, toCallView } from './create-call.ts';
import { CallEnder, findDueReason } from './end-calls.ts';
import { CallSupervision } from './supervise-call.ts';
import type { SupervisedCall } from './supervised-call.ts';
import { reportLost, StoreWatcher } from './watch-store.ts';

/** How long a request waits for a call to end. Ending continues after that. */
const END_WAIT_MS = 5000;
const POLL_MS = 100;

/** Calls of one step of a sweep. */
const BATCH = 50;

/** Creates what is behind the route: it creates calls, supervises them and ends them. */
export function createCallService<P extends Principal>(config: CallServiceConfig<P>): CallSupervisor<P> {
  return new CallServiceImplementation(config);
}

class CallServiceImplementation<P extends Principal> implements CallSupervisor<P> {
  readonly #context: CallContext<P>;
  readonly #ender: CallEnder<P>;
  readonly #running = new Map<string, CallSupervision<P>>();
  readonly #background = new Set<Promise<unknown>>();
  readonly #closed = new AbortController();
  readonly #watcher: StoreWatcher<P>;
  #state: 'open' | 'closing' | 'ending' = 'open';

  constructor(config: CallServiceConfig<P>) {
    this.#context = createCallContext(config, createCallSecrets(config.secret), this.#closed.signal);
    this.#ender = new CallEnder(this.#context, (id) => this.#running.get(id));
    this.#watcher = new StoreWatcher({
      context: this.#context,
      ender: this.#ender,
      running: () => [...this.#running.keys()],
      supervise: (call) => this.#supervise(call),
      detach: (id) => {
        this.#running.get(id)?.onEnding();
        this.#running.get(id)?.stop();
      },
    });
  }

  create: CallSupervisor<P>['create'] = async (request) => {
    this.#checkSecret();
    return createCall(
      {
        context: this.#context,
        ender: this.#ender,
        supervise: (call) => this.#supervise(call),
        background: (work) => this.#runInBackground(work),
      },
      request,
    );
  };

  async heartbeat(id: string, principal: P): Promise<CallView> {
    const { store, limits } = this.#context.config;
    const { heartbeat } = await this.#find(id, principal);
    // Nothing is expected of a page that was not asked for heartbeats.
    const timeoutMs = heartbeat === 'expected' ? limits.heartbeatTimeoutMs : undefined;
    const call = await withStore(store, () => store.touch(id, timeoutMs));
    if (call === undefined) throw new ProblemError('call_not_found');
    if (call.state === 'ended') throw new ProblemError('call_ended', { reason: call.endReason });
    if (call.state === 'ending')
      throw new ProblemError('call_ended', { reason: call.endReason ?? 'upstream' });
    this.#running.get(id)?.expect(timeoutMs);
    return toCallView(this.#context, call);
  }

  async hangUp(id: string, principal: P | undefined): Promise<void> {
    const call = await this.#find(id, principal);
    await this.#endWithin(call, { reason: 'hung-up', waitMs: END_WAIT_MS });
  }

  async hangUpAll(selector: { readonly call: string } | { readonly principal: string }): Promise<number> {
    this.#checkSecret();
    const { store, timeoutMs } = this.#context.config;
    const stored =
      'call' in selector ? selector : { principal: await this.#context.hashPrincipal(selector.principal) };
    const calls = await store.requestEnd(stored, 'revoked');
    const waitMs = END_WAIT_MS + timeoutMs;
    await Promise.all(calls.map((call) => this.#endWithin(call, { reason: 'revoked', waitMs })));
    return calls.length;
  }

  async sweep(): Promise<SweepResult> {
    this.#checkSecret();
    const { store } = this.#context.config;
    const seen = new Set<string>();
    const counts = { ended: 0, failed: 0 };
    for (;;) {
      const { calls, expired } = await store.due(BATCH);
      reportLost(this.#context, expired);
      const fresh = calls.filter(({ id }) => !seen.has(id));
      if (fresh.length === 0) return counts;
      for (const { id } of fresh) seen.add(id);
      const results = await Promise.all(
        fresh.map((call) => this.#ender.endOnce(call, { reason: findDueReason(call) ?? 'duration' })),
      );
      for (const result of results) counts[result] += 1;
    }
  }

  async close({ graceMs }: { readonly graceMs: number }): Promise<void> {
    if (this.#state === 'open') {
      this.#state = 'closing';
      this.#watcher.stop();
      if (this.#context.lease === undefined) await this.#endAll(graceMs);
      else await this.#handOver();
      await this.#settle();
    }
    this.#closed.abort();
    for (const supervision of this.#running.values()) supervision.stop();
    this.#running.clear();
  }

  /**
   * Refuses to write to a shared store without a key.
   *
   * @throws ProblemError `server_misconfigured`
   */
  #checkSecret(): void {
    if (isSecretMissing(this.#context.config))
      throw new ProblemError('server_misconfigured', { remedy: MISSING_SECRET_REMEDY });
  }

  /** Waits until the calls have ended by themselves, then ends the others. */
  async #endAll(graceMs: number): Promise<void> {
    const { clock } = this.#context.config;
    const untilMs = clock.monotonicMs() + graceMs;
    while (this.#running.size > 0 && clock.monotonicMs() < untilMs) await sleep(clock, POLL_MS);
    this.#state = 'ending';
    for (const supervision of this.#running.values()) supervision.end('shutdown');
  }

  /** Other processes take the calls over. Ends that are under way are finished there. */
  async #handOver(): Promise<void> {
    const { store } = this.#context.config;
    const supervised = [...this.#running.values()];
    await Promise.all(supervised.map((supervision) => supervision.flush()));
    for (const supervision of supervised) supervision.stop();
    this.#running.clear();
    if (this.#context.lease !== undefined)
      await store.release(this.#context.lease.owner).catch(() => undefined);
  }

  /** Waits for what is under way, but not for a provider or a store that does not answer. */
  async #settle(): Promise<void> {
    const { clock } = this.#context.config;
    const untilMs = clock.monotonicMs() + END_WAIT_MS;
    while (this.#ender.pending + this.#background.size > 0 && clock.monotonicMs() < untilMs)
      await sleep(clock, POLL_MS);
  }

  /**
   * Reads a call that has not ended.
   *
   * @throws ProblemError `call_not_found`, also if the call belongs to another principal; `call_ended`; `store_unavailable`;
   *   `server_misconfigured`.
   */
  async #find(id: string, principal: P | undefined): Promise<StoredCall> {
    this.#checkSecret();
    const call = isCallId(id)
      ? await withStore(this.#context.config.store, (store) => store.read(id))
      : undefined;
    if (call === undefined || !(await this.#isOwn(call, principal))) throw new ProblemError('call_not_found');
    if (call.state === 'ended') throw new ProblemError('call_ended', { reason: call.endReason });
    return call;
  }

  async #isOwn(call: StoredCall | EndedCall, principal: P | undefined): Promise<boolean> {
    return principal === undefined || (await this.#context.hashPrincipal(principal.id)) === call.principal;
  }

  /** Ends a call, and waits for that for a limited time. */
  async #endWithin(
    call: StoredCall,
    { reason, waitMs }: { readonly reason: 'hung-up' | 'revoked'; readonly waitMs: number },
  ): Promise<void> {
    const { clock, store, supervision } = this.#context.config;
    if (call.upstreamId === undefined) {
      // The process that asked for the call ends it when it learns the id.
      await store.requestEnd({ call: call.id }, reason).catch(() => undefined);
      return this.#waitUntilEnded(call.id, waitMs);
    }
    if (supervision === 'sweep') {
      await this.#ender.endOnce(call, { reason });
      return;
    }
    const waited = new AbortController();
    const ending = this.#ender.end(call, { reason });
    this.#runInBackground(ending);
    await Promise.race([ending, sleep(clock, waitMs, waited.signal)]);
    waited.abort();
  }

  async #waitUntilEnded(id: string, waitMs: number): Promise<void> {
    const { clock, store } = this.#context.config;
    const untilMs = clock.monotonicMs() + waitMs;
    while (clock.monotonicMs() < untilMs) {
      const call = await store.read(id).catch(() => undefined);
      if (call === undefined || call.state === 'ended') return;
      await this.#context.pause(POLL_MS);
    }
  }

  #runInBackground(work: Promise<unknown>): void {
    const settled = work.catch(() => undefined).finally(() => this.#background.delete(settled));
    this.#background.add(settled);
  }

  #supervise(call: SupervisedCall<P>): void {
    if (this.#closed.signal.aborted) return;
    const supervision = new CallSupervision(call, {
      context: this.#context,
      ender: this.#ender,
      onStop: () => this.#running.delete(call.stored.id),
    });
    this.#running.set(call.stored.id, supervision);
    supervision.start();
    // It was created while the service closed.
    if (this.#state === 'ending') supervision.end('shutdown');
  }
}
