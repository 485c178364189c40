import type { Principal } from '../request-context.ts';
import type { UnknownRecord } from '../validate.ts';
import { withDeadline } from './call-clock.ts';
import { persist, retryDelayMs } from './call-context.ts';
import type { CallContext, CallRef } from './call-context.ts';
import type { CallEndReason } from './call-end.ts';
import type { EndedCall, StoredCall } from './call-store.ts';
import type { EndResult, Sideband } from './call-upstream.ts';
import { settleSeconds } from './time-meter.ts';
import { compareWatched } from './watched-end.ts';

/** What is known of a call that is supervised here. */
export interface LocalCall {
  /** The key that created the call. */
  readonly apiKey: string;
  /** Whether the provider is known to know the call. */
  readonly seen: () => 'no' | 'yes';
  readonly sideband: () => Sideband | undefined;
  /** Aborted when the provider has confirmed the end of the call by itself. */
  readonly ended: AbortSignal;
  readonly onEvent: (event: UnknownRecord) => void;
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

/** Time for the owner's `apiKey`. */
const KEY_MS = 5000;

/** Longest attempt of a request or a scheduled job, which cannot wait longer. */
const MAX_SINGLE_ATTEMPT_MS = 15_000;

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
  /** Time limit for each attempt. */
  readonly attemptMs: number;
  attempts: number;
  /** What the call used is being counted. */
  settling: Promise<void>;
}

const confirmed: EndResult = { kind: 'ended', because: 'confirmed' };

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
    const ending = this.#run(this.#createState(call, request, Infinity))
      .catch(() => undefined)
      .finally(() => this.#underWay.delete(call.id));
    this.#underWay.set(call.id, ending);
    return ending;
  }

  /** Tries once. Never rejects. */
  async endOnce(call: CallRef, request: EndRequest): Promise<'ended' | 'failed'> {
    try {
      const state = this.#createState(call, request, MAX_SINGLE_ATTEMPT_MS);
      if (call.capInMs > 0) {
        await this.#mark(state);
        const result = await this.#attempt(state);
        if (result.kind !== 'ended') return 'failed';
      }
      await state.settling;
      this.#report(state, await this.#context.config.store.finish(call.id, request.reason));
      return 'ended';
    } catch {
      return 'failed';
    }
  }

  #createState(call: CallRef, request: EndRequest, maxAttemptMs: number): EndState {
    const { clock, upstream } = this.#context.config;
    const attemptMs = Math.min(upstream.endTimeoutMs, maxAttemptMs);
    return {
      call,
      request,
      startedMs: clock.monotonicMs(),
      attemptMs,
      attempts: 0,
      settling: Promise.resolve(),
    };
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
    if (this.#findLocal(call.id)?.ended.aborted === true) return confirmed;
    const key = await this.#findKey(call);
    const result =
      key.kind === 'found' && call.upstreamId !== undefined
        ? await this.#hangUp(state, call.upstreamId, key.apiKey)
        : failure();
    if (result.kind === 'ended') return result;
    state.attempts += 1;
    if (key.kind !== 'foreign')
      this.#context.emit(call, {
        type: 'end-failed',
        attempts: state.attempts,
        upstreamStatus: result.kind === 'failed' ? result.status : undefined,
        remedy: 'Ending the call failed, and is tried again; check the status page of the provider.',
      });
    else if (state.attempts === 1)
      this.#context.emit(call, { type: 'call-unreachable', remedy: foreignKeyRemedy });
    return result;
  }

  async #hangUp(state: EndState, upstreamId: string, apiKey: string): Promise<EndResult> {
    const { config } = this.#context;
    const { call, attemptMs } = state;
    const local = this.#findLocal(call.id);
    const done = new AbortController();
    const { signal } = done;
    const request = async (): Promise<EndResult> => {
      const result = await config.upstream.end(
        {
          id: upstreamId,
          sideband: local?.sideband(),
          onEvent: local?.onEvent ?? ((event) => this.#settle(state, event)),
        },
        this.#context.upstreamContext(apiKey, signal),
      );
      // The event that confirms the end, or the end of this attempt.
      if (result.kind === 'requested') await whenAborted(signal);
      return result;
    };
    const proven = local === undefined ? [] : [whenAborted(local.ended, signal).then(() => confirmed)];
    try {
      return await withDeadline(config.clock, attemptMs, () => Promise.race([request(), ...proven]));
    } catch {
      return failure();
    } finally {
      done.abort();
    }
  }

  /** Counts the time of a call that is not supervised here, as its last event reports it. */
  #settle(state: EndState, event: UnknownRecord): void {
    const { call } = state;
    const { upstream } = this.#context.config;
    for (const signal of upstream.interpret(event, { model: call.model, session: undefined }))
      if (signal.type === 'seconds' && signal.state === 'final' && signal.total !== undefined)
        state.settling = settleSeconds(this.#context, call, signal.total);
  }

  /** The key that created the call. Another one would be answered with 404, which looks as if the call had ended. */
  async #findKey(call: CallRef): Promise<FoundKey> {
    const { config, secrets } = this.#context;
    const local = this.#findLocal(call.id)?.apiKey;
    if (local !== undefined) return { kind: 'found', apiKey: local };
    try {
      const apiKey = await withDeadline(config.clock, KEY_MS, (signal) => config.readApiKey(signal));
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
    await Promise.all([local?.flush(), state.settling]);
    const ended = await persist(this.#context, (store) => store.finish(call.id, request.reason));
    local?.stop();
    this.#report(state, ended);
    compareWatched(this.#context, call, { local, ended, endingMs: this.#elapsedMs(state) });
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

/** Resolves when the signal is aborted, and never after `until` was. */
function whenAborted(signal: AbortSignal, until?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else
      signal.addEventListener('abort', () => resolve(), {
        once: true,
        ...(until === undefined ? {} : { signal: until }),
      });
  });
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
