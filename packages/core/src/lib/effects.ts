import { callFetcher, type FetchCallOptions } from './fetch/call.ts';
import { listen, notify, type Listeners } from './listeners.ts';
import { acceptToken, checkLifetime, onFailure, onToken } from './state/mint-result.ts';
import { initialState, isSingleUse, isUsable, type Mint, type Model, type Settings } from './state/model.ts';
import { getWakeDelayMs } from './state/schedule.ts';
import type { TokenEvent } from './state/token-event.ts';
import { projectState, toInitialState, type TokenState } from './state/token-state.ts';
import { dispose, onEnvironmentChange, settle } from './state/transitions.ts';
import { TokenError } from './token-error.ts';
import type { EphemeralToken, InitialToken } from './token/token.ts';

/**
 * Longest delay of a timer, in milliseconds. Timers stand still while a machine sleeps, and overflow above 2³¹−1. Waking
 * up now and then to check the clock limits both effects.
 */
const MAX_TIMER_MS = 30_000;

/**
 * Applies a transition to the model, then its effects in this order: callers' promises settle, a mint starts, the state
 * changes, listeners are notified, an outdated mint is aborted. Does nothing after `dispose()`.
 */
type Dispatch<S> = <Subject extends readonly unknown[]>(
  transition: (model: Model<S>, ...subject: Subject) => void,
  ...subject: Subject
) => void;

export interface Effects<Session> {
  readonly dispatch: Dispatch<Session>;
  /** Updates the current time in the model. The first time, an initial token is adopted. */
  readonly updateClock: () => Model<Session>;
  /** Returns the current token if a caller may see it. */
  readonly peek: () => EphemeralToken<Session> | undefined;
  /** Returns the state, which is correct at the moment of reading, even if a timer is late or a clock jumps. */
  readonly getState: () => TokenState;
  readonly subscribe: (listener: (state: TokenState, previous: TokenState) => void) => () => void;
  readonly on: (listener: (event: TokenEvent) => void) => () => void;
  /** Ends the manager, and removes every listener after it was notified. */
  readonly dispose: () => void;
}

/**
 * The only place of a manager with effects: requests, timers, listeners. The functions of `state/` decide on them.
 *
 * Nothing here reads a clock until there is a call, a subscription or a lease.
 */
export function createEffects<S>(
  options: FetchCallOptions<S> & Settings,
  initialToken: InitialToken<S> | undefined,
): Effects<S> {
  const model: Model<S> = {
    ...initialState(),
    ...options,
    wallMs: 0,
    monotonicMs: 0,
    pendingEvents: [],
  };
  const eventListeners: Listeners<readonly [TokenEvent]> = new Set();
  const subscribers: Listeners<readonly [TokenState, TokenState]> = new Set();
  const { updateClock, updateState, getLastState, peek, getState } = createReader(model, initialToken);
  const firstState = getState();
  /** May be older than the state, which changes when it is read. */
  let lastNotified = firstState;

  const dispatch: Dispatch<S> = (transition, ...subject) => {
    updateClock();
    if (model.isDisposed) return;
    transition(model, ...subject);
    settle(model);
    updateState();
    const events = model.pendingEvents.splice(0);
    const outdatedCall = syncMint();
    syncWakeUp(subscribers);
    for (const event of events) notify(eventListeners, [event]);
    const [next, previous] = [getLastState(), lastNotified];
    lastNotified = next;
    if (next !== previous) notify(subscribers, [next, previous], () => lastNotified !== next);
    outdatedCall?.abort(); // user code, which may dispatch: it runs when everything else is done
  };
  const syncMint = createMintRunner(options, model, dispatch);
  const syncWakeUp = createWakeUp(updateClock, dispatch);

  return {
    dispatch,
    updateClock,
    peek,
    getState,
    subscribe(listener) {
      const unsubscribe = listen(subscribers, listener);
      // The first subscriber learns what became of the initial token.
      if (lastNotified === firstState) dispatch(settle);
      else syncWakeUp(subscribers);
      return () => {
        unsubscribe();
        syncWakeUp(subscribers);
      };
    },
    on: (listener) => listen(eventListeners, listener),
    dispose() {
      dispatch(dispose);
      subscribers.clear();
      eventListeners.clear();
    },
  };
}

interface Reader<Session> extends Pick<Effects<Session>, 'updateClock' | 'peek' | 'getState'> {
  readonly updateState: () => void;
  readonly getLastState: () => TokenState;
}

/** Returns the read side of a model. It reads no clock before it has to, and then adopts the initial token. */
function createReader<S>(model: Model<S>, initialToken: InitialToken<S> | undefined): Reader<S> {
  const { clock } = model.environment;
  let unread = initialToken;
  const unreadState = unread && toInitialState(unread.parsed, model.assumedLifetimeMs);
  let state: TokenState = unreadState ?? { status: 'idle' };
  const updateState = (): void => {
    state = projectState(model, state);
  };

  function updateClock(): Model<S> {
    model.wallMs = clock.nowMs();
    model.monotonicMs = clock.monotonicMs();
    if (unread) {
      const fetched = unread.getFetched();
      unread = undefined;
      if (!checkLifetime(model, fetched)) acceptToken(model, fetched);
      updateState();
    }
    return model;
  }

  return {
    updateClock,
    updateState,
    getLastState: () => state,
    peek() {
      if (unread) return isSingleUse({ ...model, current: unreadState }) ? undefined : unread.token;
      if (!model.current || isSingleUse(model)) return undefined;
      return isUsable(updateClock()) ? model.current.token : undefined;
    },
    getState() {
      // Without a token, time changes nothing.
      if (model.current && isUsable(updateClock()) !== (state.status === 'ready')) updateState();
      return state;
    },
  };
}

/**
 * Returns a function that runs the mint of the model and no other. It returns the controller of the call that has to be
 * aborted. A result is late if the model has a different mint by then.
 */
function createMintRunner<S>(
  options: FetchCallOptions<S>,
  model: Model<S>,
  dispatch: Dispatch<S>,
): () => AbortController | undefined {
  let running: { readonly mint: Mint; readonly controller: AbortController } | undefined;

  function start(mint: Mint): NonNullable<typeof running> {
    const { reason, attempt } = mint;
    const controller = new AbortController();
    callFetcher(options, { reason, attempt, signal: controller.signal }, mint).then(
      (fetched) => {
        if (model.mint !== mint) return;
        running = undefined; // It is complete, and must not be aborted.
        dispatch(onToken, fetched);
      },
      (thrown: unknown) => {
        if (model.mint === mint && TokenError.is(thrown)) dispatch(onFailure, thrown);
      },
    );
    return { mint, controller };
  }

  return () => {
    const previous = running;
    if (model.mint === previous?.mint) return undefined;
    running = model.mint && start(model.mint);
    return previous?.controller;
  };
}

/** Returns a function that sets a timer for the next change, and listens to the page while there are callers or leases. */
function createWakeUp<S>(
  updateClock: () => Model<S>,
  dispatch: Dispatch<S>,
): (subscribers: Listeners<never>) => void {
  let cancelTimer: (() => void) | undefined;
  let stopListening: (() => void) | undefined;

  return (subscribers) => {
    const model = updateClock();
    const { environment } = model;
    const hasWaiters = model.waiters.size > 0;
    const isNeeded = hasWaiters || model.leases > 0;
    if (isNeeded) {
      stopListening ??= environment.onChange((change) => dispatch(onEnvironmentChange, change));
    } else {
      stopListening?.();
      stopListening = undefined;
    }
    cancelTimer?.();
    const delayMs = getWakeDelayMs(model, isNeeded || subscribers.size > 0 ? 'some' : 'none');
    cancelTimer =
      delayMs < Infinity
        ? environment.clock.setTimer(
            () => dispatch(settle),
            Math.min(MAX_TIMER_MS, Math.max(1, Math.ceil(delayMs))),
            hasWaiters ? 'caller' : 'background',
          )
        : undefined;
  };
}
