import type { Environment } from '../environment/environment.ts';
import { callFetcher } from '../source/call-fetcher.ts';
import { runParser } from '../source/run-parser.ts';
import type { TokenFetcher } from '../source/token-fetcher.ts';
import { emptyModel, type Mint, type Model } from '../state/model.ts';
import { describe } from '../state/on-outcome.ts';
import { nextWakeMs } from '../state/plan-mint.ts';
import { projectState } from '../state/project-state.ts';
import type { Effect, Input, Settings, Surroundings } from '../state/step.ts';
import type { TokenEvent } from '../state/token-event.ts';
import type { TokenState } from '../state/token-state.ts';
import { isUsable } from '../state/token-life.ts';
import { transition } from '../state/transition.ts';
import type { Clock } from '../time/clock.ts';
import { instantOf } from '../time/instant.ts';
import { elapsedMs } from '../token/elapsed.ts';
import type { TokenParser } from '../token/parsed-token.ts';
import { createListeners } from './listeners.ts';
import { receive } from './receive.ts';
import { createWaitingRoom } from './waiting-room.ts';

/**
 * Longest nap of a timer, in milliseconds. Timers stand still while a machine sleeps, and overflow above 2³¹−1; waking
 * now and then to look at the clock bounds both.
 */
const MAX_NAP_MS = 30_000;

/** What a runner needs to know. */
export interface RunnerOptions<Params, Session> {
  /** Gets a token. */
  readonly fetchToken: TokenFetcher<Params>;
  /** Reads its answer. */
  readonly parse: TokenParser<Session>;
  /** Handed to the fetcher until a reset brings others. */
  readonly params: Params;
  /** Time for one try, in milliseconds. */
  readonly timeoutMs: number;
  /** Lifetime of answers that name none, in milliseconds. */
  readonly assumedLifetimeMs: number | undefined;
  /** What transitions read. */
  readonly settings: Settings;
  /** Time, randomness, visibility, connectivity. */
  readonly environment: Environment;
}

/** Performs what `transition` decides: promises, calls, timers, listeners. Decides nothing itself. */
export class Runner<Params, Session> {
  readonly room = createWaitingRoom<Session>();
  readonly events = createListeners<readonly [TokenEvent]>();
  readonly #options: RunnerOptions<Params, Session>;
  readonly #watchers = createListeners<readonly [TokenState, TokenState]>();
  readonly #calls = new Map<number, () => void>();
  #params: Params;
  #model: Model<Session> = emptyModel;
  #state: TokenState = { status: 'idle' };
  /** What watchers were told last: reading the state may run ahead of it. */
  #told: TokenState = this.#state;
  #cancelNap: (() => void) | undefined;
  #detach: (() => void) | undefined;

  constructor(options: RunnerOptions<Params, Session>) {
    this.#options = options;
    this.#params = options.params;
  }

  /** What is known now. */
  get model(): Model<Session> {
    return this.#model;
  }

  /** Where time comes from. */
  get clock(): Clock {
    return this.#options.environment.clock;
  }

  /** The moment, and everything about it that decides. */
  surroundings(): Surroundings {
    const { environment, settings } = this.#options;
    return {
      now: instantOf(environment.clock),
      random: environment.random(),
      sight: environment.isVisible() ? 'visible' : 'hidden',
      link: environment.isOnline() ? 'online' : 'offline',
      settings,
    };
  }

  /** The visible state, true at the moment of reading: neither a late timer nor a clock that jumps makes it lie. */
  readState(): TokenState {
    const isReady = isUsable(this.#model.held, instantOf(this.#options.environment.clock));
    const isStale = isReady !== (this.#state.status === 'ready');
    if (isStale) this.#state = projectState(this.#model, this.surroundings(), this.#state);
    return this.#state;
  }

  /** Listens for state changes; the return stops listening. */
  watch(listener: (state: TokenState, previous: TokenState) => void): () => void {
    const off = this.#watchers.add(listener);
    this.#sleepUntilNext();
    return () => {
      off();
      this.#sleepUntilNext();
    };
  }

  /** Uses other params from now on, forgetting everything. */
  reset(params: Params): void {
    this.#params = params;
    this.dispatch({ type: 'reset' });
  }

  /** Ends everything and forgets every listener, once they have been told. */
  dispose(): void {
    this.dispatch({ type: 'dispose' });
    this.#watchers.clear();
    this.events.clear();
  }

  /** Lets something happen: first the promises and calls it causes, then the state, then those who listen. */
  dispatch(input: Input<Session>): void {
    const world = this.surroundings();
    const { model, effects } = transition(this.#model, input, world);
    this.#model = model;
    this.#state = projectState(model, world, this.#state);
    for (const effect of effects) this.#perform(effect);
    this.#listenToEnvironment();
    this.#sleepUntilNext();
    for (const effect of effects) if (effect.type === 'event') this.events.tell([effect.event]);
    this.#tellWatchers();
  }

  #tellWatchers(): void {
    const [state, previous] = [this.#state, this.#told];
    if (state === previous) return;
    this.#told = state;
    this.#watchers.tell([state, previous], () => this.#told !== state);
  }

  #perform(effect: Effect<Session>): void {
    switch (effect.type) {
      case 'resolve':
        return this.room.resolve(effect.waiterId, effect.token);
      case 'reject':
        return this.room.reject(effect.waiterId, effect.error);
      case 'mint':
        // A fetcher that is being aborted may call back, and have given this mint up before it began.
        return this.#model.mint?.id === effect.mint.id ? this.#mint(effect.mint) : undefined;
      case 'abort':
        return this.#abort(effect.mintId);
      case 'event':
        return; // told after everything is done
    }
  }

  #mint({ id, reason, attempt }: Mint): void {
    const { fetchToken, parse, environment, timeoutMs, assumedLifetimeMs } = this.#options;
    const { clock } = environment;
    const startedAt = instantOf(clock);
    const abort = callFetcher({
      fetchToken,
      request: { params: this.#params, reason, attempt },
      clock,
      timeoutMs,
      read: async ({ body, serverDateMs }) => {
        const parsed = await runParser(parse, body);
        return receive(
          parsed,
          { startedAt, endedAt: instantOf(clock), serverDateMs },
          { clock, assumedLifetimeMs },
        );
      },
      done: (outcome) => {
        this.#calls.delete(id);
        if ('value' in outcome) return this.dispatch({ type: 'arrived', mintId: id, arrival: outcome.value });
        const error = describe(outcome.error, attempt, elapsedMs(startedAt, instantOf(clock)));
        this.dispatch({ type: 'failed', mintId: id, error });
      },
    });
    this.#calls.set(id, abort);
  }

  #abort(mintId: number): void {
    const abort = this.#calls.get(mintId);
    this.#calls.delete(mintId);
    abort?.();
  }

  #listenToEnvironment(): void {
    const isNeeded = this.#model.leases > 0 || this.#model.waiters.length > 0;
    if (isNeeded === (this.#detach !== undefined)) return;
    this.#detach?.();
    this.#detach = isNeeded
      ? this.#options.environment.onChange((what) => this.dispatch({ type: 'changed', what }))
      : undefined;
  }

  #sleepUntilNext(): void {
    this.#cancelNap?.();
    const audience = this.#model.leases > 0 || this.#watchers.size() > 0 ? 'watched' : 'alone';
    const waitMs = nextWakeMs(this.#model, this.surroundings(), audience);
    this.#cancelNap =
      waitMs === undefined
        ? undefined
        : this.#options.environment.clock.setTimer(() => this.dispatch({ type: 'wake' }), napMs(waitMs));
  }
}

function napMs(waitMs: number): number {
  return Math.min(MAX_NAP_MS, Math.max(1, Math.ceil(waitMs)));
}
