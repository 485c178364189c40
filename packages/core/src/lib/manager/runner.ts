import type { Environment } from '../environment/environment.ts';
import { callFetcher } from '../source/call-fetcher.ts';
import { readAnswer } from '../source/read-answer.ts';
import { runParser } from '../source/run-parser.ts';
import type { TokenFetcher } from '../source/token-fetcher.ts';
import { nothing, type Mint, type Model } from '../state/model.ts';
import { dispose, onChange } from '../state/moves.ts';
import { onArrival, onFailure } from '../state/outcomes.ts';
import { nextWakeMs } from '../state/plan-mint.ts';
import { projectState } from '../state/project-state.ts';
import { settle } from '../state/settle.ts';
import type { TokenEvent } from '../state/token-event.ts';
import { isUsable } from '../state/token-life.ts';
import type { TokenState } from '../state/token-state.ts';
import { instantOf } from '../time/instant.ts';
import type { TokenParser } from '../token/parsed-token.ts';
import { listen, tell, type Listeners } from './listeners.ts';
import { receive } from './receive.ts';
import type { AllSettings } from './read-settings.ts';

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
  /** Every number and word among the options. */
  readonly settings: AllSettings;
  /** Time, randomness, visibility, connectivity. */
  readonly environment: Environment;
}

/** Performs what the rules of `state/` decide: calls, timers, listeners. Decides nothing itself. */
export class Runner<Params, Session> {
  /** Told what happened. */
  readonly events: Listeners<readonly [TokenEvent]> = new Set();
  /** Handed to the fetcher. */
  params: Params;
  readonly #options: RunnerOptions<Params, Session>;
  readonly #model: Model<Session>;
  readonly #watchers: Listeners<readonly [TokenState, TokenState]> = new Set();
  #state: TokenState = { status: 'idle' };
  /** What watchers were told last: reading the state may run ahead of it. */
  #told = this.#state;
  /** The call that runs: the model's, once a turn is over. */
  #mint: Mint | undefined;
  #abort: (() => void) | undefined;
  #cancelNap: (() => void) | undefined;
  #detach: (() => void) | undefined;

  constructor(options: RunnerOptions<Params, Session>, params: Params) {
    const { settings, environment } = options;
    this.#options = options;
    this.params = params;
    this.#model = { ...nothing(), settings, environment, now: instantOf(environment.clock), news: [] };
  }

  /** What is known, at this moment. */
  look(): Model<Session> {
    const { clock } = this.#options.environment;
    const { now } = this.#model;
    now.wallMs = clock.nowMs();
    now.monotonicMs = clock.monotonicMs();
    return this.#model;
  }

  /** The visible state, true at the moment of reading: neither a late timer nor a clock that jumps makes it lie. */
  readState(): TokenState {
    const model = this.look();
    if (isUsable(model) !== (this.#state.status === 'ready')) this.#state = projectState(model, this.#state);
    return this.#state;
  }

  /** Listens for state changes; the return stops listening. */
  watch(listener: (state: TokenState, previous: TokenState) => void): () => void {
    const off = listen(this.#watchers, listener);
    this.#nap();
    return () => {
      off();
      this.#nap();
    };
  }

  /** Ends everything and forgets every listener, once they have been told. */
  dispose(): void {
    this.turn(dispose);
    this.#watchers.clear();
    this.events.clear();
  }

  /**
   * Lets something happen: first the promises and calls it causes, then the state, then those who listen. Nothing happens
   * any more after `dispose()`.
   */
  turn(move: (model: Model<Session>) => void): void {
    const model = this.look();
    if (model.isDisposed) return;
    move(model);
    settle(model);
    this.#state = projectState(model, this.#state);
    const news = model.news.splice(0);
    this.#call();
    this.#listen();
    this.#nap();
    for (const event of news) tell(this.events, [event]);
    const [state, previous] = [this.#state, this.#told];
    if (state === previous) return;
    this.#told = state;
    tell(this.#watchers, [state, previous], () => this.#told !== state);
  }

  /** Lets the model's call run and no other. */
  #call(): void {
    const { mint } = this.#model;
    if (mint === this.#mint) return;
    const abort = this.#abort;
    this.#mint = mint;
    this.#abort = mint && this.#start(mint);
    abort?.();
  }

  #start({ startedAt, reason, attempt }: Mint): () => void {
    const { fetchToken, parse, settings, environment } = this.#options;
    const { clock } = environment;
    const { params } = this;
    return callFetcher(
      {
        run: async (signal) => {
          const raw = await fetchToken({ params, reason, attempt, signal });
          const { body, serverDateMs } = await readAnswer(raw, clock.nowMs());
          const parsed = await runParser(parse, body);
          const times = { startedAt, endedAt: instantOf(clock), serverDateMs };
          return receive(parsed, times, { clock, ...settings });
        },
        onDone: (arrival) => this.turn((model) => onArrival(model, arrival)),
        onFailed: (error) => this.turn((model) => onFailure(model, error)),
      },
      clock,
      settings.timeoutMs,
    );
  }

  #listen(): void {
    const isNeeded = this.#isAwaited();
    if (isNeeded === !!this.#detach) return;
    this.#detach?.();
    this.#detach = isNeeded
      ? this.#options.environment.onChange((what) => this.turn((model) => onChange(model, what)))
      : undefined;
  }

  #isAwaited(): boolean {
    return this.#model.leases > 0 || this.#model.waiters.size > 0;
  }

  #nap(): void {
    this.#cancelNap?.();
    const audience = this.#isAwaited() || this.#watchers.size > 0 ? 'watched' : 'alone';
    const waitMs = nextWakeMs(this.look(), audience);
    this.#cancelNap =
      waitMs < Infinity
        ? this.#options.environment.clock.setTimer(
            () => this.turn(() => undefined),
            Math.min(MAX_NAP_MS, Math.max(1, Math.ceil(waitMs))),
            this.#model.waiters.size > 0 ? 'caller' : 'background',
          )
        : undefined;
  }
}
