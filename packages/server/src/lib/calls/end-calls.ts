import type { Principal } from '../request-context.ts';
import { withDeadline } from './call-clock.ts';
import { persist, retryDelayMs } from './call-context.ts';
import type { CallContext, CallRef } from './call-context.ts';
import type { CallEndReason } from './call-end.ts';
import type { EndedCall, StoredCall } from './call-store.ts';
import type { EndResult, Sideband } from './call-upstream.ts';
import { acknowledgeEnd, reportUnwatched } from './watched-end.ts';

/** What is known of a call that is supervised here. */
export interface LocalCall {
  /** The key that created the call. */
  readonly apiKey: string;
  /** Whether the provider is known to know the call. */
  readonly seen: () => 'no' | 'yes';
  readonly sideband: () => Sideband | undefined;
  /** The call is about to be ended. */
  readonly onEnding: () => void;
  /** Waits until everything has arrived that was sent before the end of the call. */
  readonly drain: () => Promise<void>;
  /** Waits until everything the call used is counted. */
  readonly flush: () => Promise<void>;
  /** Stops supervising: the call has ended. */
  readonly stop: () => void;
}

export interface EndRequest {
  readonly reason: CallEndReason;
  /** More about the reason, for the event. */
  readonly detail?: string | undefined;
}

/** Time for one attempt to hang up. */
const ATTEMPT_MS = 5000;

/** Longest wait that the provider can ask for before the next attempt. */
const MAX_RETRY_AFTER_MS = 10_000;

/** The provider may not know a call yet that it has just created. */
const UNSETTLED_MS = 2000;

const foreignKeyRemedy =
  'The call was created with another API key than this process has; give all processes the same key, or keep the old one until its calls have ended.';

type FoundKey =
  | { readonly kind: 'found'; readonly apiKey: string }
  /** This process has another key. */
  | { readonly kind: 'foreign' }
  | { readonly kind: 'unavailable' };

interface EndState {
  readonly call: CallRef;
  readonly request: EndRequest;
  readonly startedMs: number;
  attempts: number;
}

interface Finished {
  /** Set if this process watched the call. */
  readonly local: LocalCall | undefined;
  /** Set if this process has ended the call. */
  readonly ended: EndedCall | undefined;
}

/** Ends calls at the provider, and frees their slots when that is confirmed. */
export class CallEnder<P extends Principal> {
  readonly #context: CallContext<P>;
  readonly #findLocal: (id: string) => LocalCall | undefined;
  readonly #underWay = new Map<string, Promise<void>>();

  constructor(context: CallContext<P>, findLocal: (id: string) => LocalCall | undefined) {
    this.#context = context;
    this.#findLocal = findLocal;
  }

  /** Number of ends under way. */
  get pending(): number {
    return this.#underWay.size;
  }

  /** Tries until the call has ended. Joins an end that is under way. Never rejects. */
  end(call: CallRef, request: EndRequest): Promise<void> {
    const known = this.#underWay.get(call.id);
    if (known !== undefined) return known;
    this.#findLocal(call.id)?.onEnding();
    const ending = this.#run(this.#createState(call, request))
      .catch(() => undefined)
      .finally(() => this.#underWay.delete(call.id));
    this.#underWay.set(call.id, ending);
    return ending;
  }

  /** Tries once. Never rejects. */
  async endOnce(call: CallRef, request: EndRequest): Promise<'ended' | 'failed'> {
    try {
      const state = this.#createState(call, request);
      if (call.capInMs > 0) {
        await this.#mark(state);
        const result = await this.#attempt(state);
        if (result.kind === 'failed') return 'failed';
      }
      this.#report(state, await this.#context.config.store.finish(call.id, request.reason));
      return 'ended';
    } catch {
      return 'failed';
    }
  }

  #createState(call: CallRef, request: EndRequest): EndState {
    return { call, request, startedMs: this.#context.config.clock.monotonicMs(), attempts: 0 };
  }

  #elapsedMs(state: EndState): number {
    return this.#context.config.clock.monotonicMs() - state.startedMs;
  }

  async #run(state: EndState): Promise<void> {
    const { closed, pause } = this.#context;
    await this.#mark(state);
    while (this.#elapsedMs(state) < state.call.capInMs && !closed.aborted) {
      const result = await this.#attempt(state);
      if (result.kind === 'ended' && !this.#isUnsettled(state, result)) return this.#finish(state);
      const retryAfterMs = result.kind === 'failed' ? (result.retryAfterMs ?? 0) : 0;
      const delayMs = Math.max(retryDelayMs(state.attempts), Math.min(retryAfterMs, MAX_RETRY_AFTER_MS));
      await pause(delayMs);
    }
    if (!closed.aborted) await this.#finish(state);
  }

  /** Records that the call must end, so that another process ends it if this one is lost. */
  async #mark({ call, request }: EndState): Promise<void> {
    await this.#context.config.store.requestEnd({ call: call.id }, request.reason).catch(() => undefined);
  }

  /** One attempt. Reports why it failed. */
  async #attempt(state: EndState): Promise<EndResult> {
    const { call } = state;
    const key = await this.#findKey(call);
    const result =
      key.kind === 'found' && call.upstreamId !== undefined
        ? await this.#hangUp(call, call.upstreamId, key.apiKey)
        : failure();
    if (result.kind === 'ended') return result;
    state.attempts += 1;
    if (key.kind !== 'foreign')
      this.#context.emit(call, {
        type: 'end-failed',
        attempts: state.attempts,
        upstreamStatus: result.status,
        remedy: 'Ending the call failed, and is tried again; check the status page of the provider.',
      });
    else if (state.attempts === 1)
      this.#context.emit(call, { type: 'call-unreachable', remedy: foreignKeyRemedy });
    return result;
  }

  async #hangUp(call: CallRef, upstreamId: string, apiKey: string): Promise<EndResult> {
    const { config } = this.#context;
    try {
      const sideband = this.#findLocal(call.id)?.sideband();
      return await withDeadline(config.clock, ATTEMPT_MS, (signal) =>
        config.upstream.end({ id: upstreamId, sideband }, this.#context.upstreamContext(apiKey, signal)),
      );
    } catch {
      return failure();
    }
  }

  /** The key that created the call. Another one would be answered with 404, which looks as if the call had ended. */
  async #findKey(call: CallRef): Promise<FoundKey> {
    const { config, secrets } = this.#context;
    const local = this.#findLocal(call.id)?.apiKey;
    if (local !== undefined) return { kind: 'found', apiKey: local };
    try {
      const apiKey = await withDeadline(config.clock, ATTEMPT_MS, (signal) => config.readApiKey(signal));
      const keyId = await secrets.fingerprint(apiKey);
      return keyId === call.keyId ? { kind: 'found', apiKey } : { kind: 'foreign' };
    } catch {
      return { kind: 'unavailable' };
    }
  }

  /** Whether the provider may not know the call yet, because it has just created it. */
  #isUnsettled(state: EndState, result: EndResult & { readonly kind: 'ended' }): boolean {
    if (result.because === 'confirmed' || this.#elapsedMs(state) >= UNSETTLED_MS) return false;
    return this.#findLocal(state.call.id)?.seen() === 'no';
  }

  async #finish(state: EndState): Promise<void> {
    const { call, request } = state;
    const local = this.#findLocal(call.id);
    await local?.drain();
    await local?.flush();
    const ended = await persist(this.#context, (store) => store.finish(call.id, request.reason));
    local?.stop();
    this.#report(state, ended);
    if (this.#context.lease !== undefined) this.#compareWatched(state, { local, ended });
  }

  /** Several processes can end a call, and one of them watches it. */
  #compareWatched(state: EndState, { local, ended }: Finished): void {
    const context = this.#context;
    if (local !== undefined && ended === undefined) void acknowledgeEnd(context, state.call.id);
    if (local === undefined && ended !== undefined)
      void reportUnwatched(context, state.call, this.#elapsedMs(state));
  }

  /** The store returns an ended call to one process only. */
  #report({ call, request }: EndState, ended: EndedCall | undefined): void {
    if (ended === undefined) return;
    this.#context.emit(call, {
      type: 'call-ended',
      reason: ended.endReason,
      detail: ended.endReason === request.reason ? request.detail : undefined,
      model: ended.model,
      seconds: ended.ageMs / 1000,
      usage: ended.usage,
    });
  }
}

function failure(): EndResult {
  return { kind: 'failed', status: undefined, retryAfterMs: undefined };
}

/** Why a call must end now, by what the store knows; `undefined` if it need not. */
export function findDueReason(call: StoredCall): CallEndReason | undefined {
  if (call.endReason !== undefined) return call.endReason;
  if (call.endsInMs <= 0) return 'duration';
  if (call.expectedInMs === undefined || call.expectedInMs > 0) return undefined;
  return call.connected === 'no' ? 'never-connected' : 'heartbeat-lost';
}
