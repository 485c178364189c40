import type { Principal } from '../request-context.ts';
import { isRecord } from '../validate.ts';
import { withDeadline } from './call-clock.ts';
import { toDegraded } from './call-context.ts';
import type { CallContext } from './call-context.ts';
import type { StoredCall } from './call-store.ts';
import { findDueReason } from './end-calls.ts';
import type { CallEnder } from './end-calls.ts';
import type { SupervisedCall } from './supervised-call.ts';
import { acknowledgeEnd } from './watched-end.ts';

/** How often leases are renewed and calls of lost processes are looked for. */
const WATCH_MS = 3000;

/** Most calls that one process takes over in one step. */
const BATCH = 50;

/** Time limit for the owner's `apiKey` and `session`. */
const HOOK_MS = 10_000;

export interface StoreWatcherHost<P extends Principal> {
  readonly context: CallContext<P>;
  readonly ender: CallEnder<P>;
  /** The calls supervised here. */
  readonly running: () => readonly string[];
  readonly supervise: (call: SupervisedCall<P>) => void;
  /** Stops to supervise a call, which another process has. */
  readonly detach: (id: string) => void;
}

/** Keeps the leases of this process, and takes over the calls of processes that were lost. */
export class StoreWatcher<P extends Principal> {
  readonly #host: StoreWatcherHost<P>;
  #state: 'open' | 'stopped' = 'open';
  #cancel: (() => void) | undefined;

  constructor(host: StoreWatcherHost<P>) {
    this.#host = host;
    this.#schedule();
  }

  stop(): void {
    this.#state = 'stopped';
    this.#cancel?.();
  }

  #schedule(): void {
    const { lease, config } = this.#host.context;
    if (lease === undefined || this.#state === 'stopped') return;
    this.#cancel = config.clock.setTimer(() => {
      void this.#watch().finally(() => this.#schedule());
    }, WATCH_MS);
  }

  async #watch(): Promise<void> {
    const { context, running } = this.#host;
    const { lease, config } = context;
    if (lease === undefined) return;
    if (context.wasFrozen()) context.thawedAtMs = config.clock.monotonicMs();
    try {
      const { ending, lost } = await config.store.renew(lease, running()).finally(() => {
        context.leaseCheckedAtMs = config.clock.monotonicMs();
      });
      for (const call of ending) this.#end(call, 'revoked');
      for (const id of lost) await this.#onLost(id);
      const askedMs = config.clock.monotonicMs();
      const { calls, expired } = await config.store.takeOver(lease, BATCH);
      reportLost(context, expired);
      await Promise.all(calls.map((call) => this.#takeOver(call, askedMs)));
    } catch (cause) {
      reportStore(context, cause);
    }
  }

  #end(call: StoredCall, otherwise: 'revoked' | 'upstream'): void {
    void this.#host.ender.end(call, { reason: findDueReason(call) ?? otherwise });
  }

  /** Another process has the call. If the store has lost it, only this process knows it, and ends it in time. */
  async #onLost(id: string): Promise<void> {
    const { context, detach } = this.#host;
    const known = await context.config.store.read(id);
    if (known === undefined) return;
    detach(id);
    if (known.state === 'ended') await acknowledgeEnd(context, id);
  }

  async #takeOver(stored: StoredCall, askedMs: number): Promise<void> {
    const { context, running, supervise } = this.#host;
    if (this.#state === 'stopped' || running().includes(stored.id)) return;
    const apiKey = findDueReason(stored) === undefined ? await this.#readKeyOf(stored) : undefined;
    if (apiKey === undefined || stored.upstreamId === undefined) {
      this.#end(stored, 'upstream');
      return;
    }
    const { upstreamId } = stored;
    const user = await this.#readUser(stored);
    context.emit(stored, { type: 'call-resumed' });
    // The hooks of the owner took time.
    const elapsedMs = context.config.clock.monotonicMs() - askedMs;
    const { endsInMs, capInMs, expectedInMs } = stored;
    const left = {
      endsInMs: endsInMs - elapsedMs,
      capInMs: capInMs - elapsedMs,
      expectedInMs: expectedInMs && expectedInMs - elapsedMs,
    };
    supervise({ stored: { ...stored, ...left, upstreamId }, apiKey, user, origin: 'resumed' });
  }

  /** The key of this process, if it created the call. */
  async #readKeyOf({ keyId }: StoredCall): Promise<string | undefined> {
    const { config, secrets } = this.#host.context;
    const apiKey = await withDeadline(config.clock, HOOK_MS, (signal) => config.readApiKey(signal));
    return (await secrets.fingerprint(apiKey)) === keyId ? apiKey : undefined;
  }

  /** The principal from the sealed memo, and the session that the owner wants for it. */
  async #readUser(stored: StoredCall): Promise<SupervisedCall<P>['user']> {
    const { context } = this.#host;
    const { config, secrets } = context;
    try {
      const memo = await secrets.open(stored.memo);
      const principal = memo?.['principal'];
      if (!isRecord(principal)) throw new Error('The memo of the call cannot be opened.');
      // Sealed by a process with the same secret, which wrote its own principal.
      const owner = principal as unknown as P;
      const session = await withDeadline(config.clock, HOOK_MS, (signal) =>
        config.readSession(owner, signal),
      );
      return { principal: owner, session };
    } catch (cause) {
      const remedy =
        'A call was taken over without its tools and `onCall`; give all processes the same `safetyIdentifierKey`, and let `session` return a session.';
      context.emit(stored, toDegraded({ part: 'on-call', remedy, cause }, config));
      return undefined;
    }
  }
}

/** Reports reservations whose process stopped before it could store the provider's id. */
export function reportLost<P extends Principal>(context: CallContext<P>, expired: readonly string[]): void {
  for (const id of expired)
    context.emit(
      { id, principal: undefined },
      {
        type: 'call-lost',
        because: 'creator-lost',
        remedy:
          'A process stopped while it created this call, which may exist and ends at the limit of the provider; stop processes with `close()`.',
      },
    );
}

function reportStore<P extends Principal>(context: CallContext<P>, cause: unknown): void {
  const remedy = 'The store of calls failed or was too slow; check the Redis behind the `store` option.';
  const event = toDegraded({ part: 'store', remedy, cause }, context.config);
  context.emit({ id: undefined, principal: undefined }, event);
}
