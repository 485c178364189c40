import { describeCause, withCause } from '../report-text.ts';
import type { Principal } from '../request-context.ts';
import type { UnknownRecord } from '../validate.ts';
import type { CallToolFailedEvent } from './call-events.ts';
import type { CallClock, CallTool } from './call-options.ts';
import type { CallSignal, CallUpstream, FunctionCall } from './call-upstream.ts';
import { runTool, toFailure, toolRemedy } from './run-tool.ts';
import type { FailedTool, ToolResult } from './run-tool.ts';

/** Runs the tools of one call. */
export interface ToolRunner {
  /** Needs every signal of the call. */
  handle(signal: CallSignal): void;
}

export interface ToolRunnerOptions<P extends Principal> {
  readonly tools: Readonly<Record<string, CallTool<P>>>;
  readonly principal: P;
  /** Id of the call. */
  readonly call: string;
  /** Aborted when the call ends or is no longer supervised. Nothing is sent after that. */
  readonly signal: AbortSignal;
  readonly clock: CallClock;
  /** Texts that must not be in the text of an error. */
  readonly knownSecrets: readonly string[];
  /** Returns `first` exactly once for each key, across all processes. */
  readonly claim: (key: string) => Promise<'first' | 'repeated'>;
  readonly upstream: Pick<CallUpstream, 'functionOutput' | 'respond'>;
  readonly send: (event: UnknownRecord) => void;
  readonly onFailure: (event: Omit<CallToolFailedEvent, 'call' | 'principal' | 'atMs'>) => void;
}

/** How long to wait for the page to ask for the next response after its own output, before the server asks. */
const PAGE_GRACE_MS = 1000;

/** How long a response may take to start, and how long one may seem to run whose end was not reported. */
const START_MS = 5000;
const MAX_RUNNING_MS = 60_000;

/** The function calls of one response of which at least one is for the server. */
interface Round {
  /** Calls that the server has not answered. */
  readonly running: Set<string>;
  /** Calls that the page has not answered. */
  readonly fromPage: Set<string>;
  /** Calls whose output by the server is not in the conversation yet. */
  readonly unconfirmed: Set<string>;
}

function isAnswered({ running, fromPage }: Round): boolean {
  return running.size === 0 && fromPage.size === 0;
}

function toIds(functionCalls: readonly FunctionCall[]): Set<string> {
  return new Set(functionCalls.map(({ callId }) => callId));
}

/** A timer that can be set again. */
class Timer {
  readonly #clock: CallClock;
  #cancel: (() => void) | undefined;

  constructor(clock: CallClock) {
    this.#clock = clock;
  }

  set(run: () => void, delayMs: number): void {
    this.clear();
    this.#cancel = this.#clock.setTimer(() => {
      this.#cancel = undefined;
      run();
    }, delayMs);
  }

  clear(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }

  get state(): 'set' | 'unset' {
    return this.#cancel === undefined ? 'unset' : 'set';
  }
}

class Tools<P extends Principal> implements ToolRunner {
  readonly #options: ToolRunnerOptions<P>;
  readonly #rounds = new Set<Round>();
  /** Responses whose function calls were handled: events can be repeated. */
  readonly #handled = new Set<string>();
  /** Responses of the conversation that are running. */
  readonly #responding = new Set<string>();
  /** Set while the page may ask for the next response. */
  readonly #grace: Timer;
  /** Set while a response that the server asked for has not started. */
  readonly #starting: Timer;
  /** Set while a running response delays the next one. */
  readonly #waiting: Timer;

  constructor(options: ToolRunnerOptions<P>) {
    const { clock, signal } = options;
    this.#options = options;
    this.#grace = new Timer(clock);
    this.#starting = new Timer(clock);
    this.#waiting = new Timer(clock);
    const stop = (): void => {
      for (const timer of [this.#grace, this.#starting, this.#waiting]) timer.clear();
    };
    signal.addEventListener('abort', stop, { once: true });
  }

  handle(signal: CallSignal): void {
    if (this.#options.signal.aborted) return;
    switch (signal.type) {
      case 'response-started':
        this.#onStarted(signal.responseId);
        return;
      case 'response-done':
        this.#responding.delete(signal.responseId);
        this.#begin(signal.responseId, signal.functionCalls);
        this.#respondIfReady();
        return;
      case 'function-output':
        this.#onOutput(signal.callId);
        return;
      default:
    }
  }

  #begin(responseId: string, functionCalls: readonly FunctionCall[]): void {
    const isOwn = ({ name }: FunctionCall): boolean => Object.hasOwn(this.#options.tools, name);
    const own = functionCalls.filter(isOwn);
    if (own.length === 0 || this.#handled.has(responseId)) return;
    this.#handled.add(responseId);
    const fromPage = toIds(functionCalls.filter((functionCall) => !isOwn(functionCall)));
    const round: Round = { running: toIds(own), fromPage, unconfirmed: toIds(own) };
    this.#rounds.add(round);
    for (const functionCall of own) void this.#run(functionCall, round);
  }

  async #run(functionCall: FunctionCall, round: Round): Promise<void> {
    const { signal, send, upstream } = this.#options;
    const { callId } = functionCall;
    const result = await this.#runOnce(functionCall);
    if (signal.aborted) return;
    if (result === undefined) {
      // Another process has run it. Its output may never come, so it must not delay the others.
      round.running.delete(callId);
      round.unconfirmed.delete(callId);
      if (round.unconfirmed.size === 0) this.#rounds.delete(round);
      this.#respondIfReady();
      return;
    }
    if (result.kind === 'failed') this.#reportFailure(functionCall, result);
    send(upstream.functionOutput(callId, result.output));
    round.running.delete(callId);
    this.#respondIfReady();
  }

  /** Runs a function call, unless it was run before. */
  async #runOnce({ callId, name, arguments: text }: FunctionCall): Promise<ToolResult | undefined> {
    const { tools, claim, principal, call, signal, clock } = this.#options;
    const tool = tools[name];
    try {
      if (tool === undefined || (await claim(`tool:${callId}`)) === 'repeated') return undefined;
    } catch (thrown) {
      // It may have run elsewhere, so it must not run here.
      return toFailure(thrown);
    }
    return runTool({ tool, arguments: text, principal, call, signal, clock });
  }

  #reportFailure({ name }: FunctionCall, { problem, cause }: FailedTool): void {
    // What a schema throws can quote what a user said.
    const error =
      problem === 'invalid-arguments' ? undefined : describeCause(cause, this.#options.knownSecrets);
    const remedy = toolRemedy(name, problem);
    this.#options.onFailure(
      withCause({ type: 'tool-failed', tool: name, problem, remedy, error } as const, cause),
    );
  }

  #onOutput(callId: string): void {
    for (const round of this.#rounds) {
      round.unconfirmed.delete(callId);
      const isLast = round.fromPage.delete(callId) && isAnswered(round);
      if (isLast) this.#grace.set(() => this.#respondIfReady(), PAGE_GRACE_MS);
    }
  }

  /** A response that starts when all outputs of a round are in the conversation has seen them. */
  #onStarted(responseId: string): void {
    this.#responding.add(responseId);
    this.#starting.clear();
    this.#grace.clear();
    for (const round of this.#rounds) {
      if (isAnswered(round) && round.unconfirmed.size === 0) this.#rounds.delete(round);
    }
  }

  #respondIfReady(): void {
    const ready = [...this.#rounds].filter(isAnswered);
    if (ready.length === 0 || this.#grace.state === 'set' || this.#starting.state === 'set') return;
    if (this.#responding.size > 0) {
      if (this.#waiting.state === 'unset') this.#waiting.set(() => this.#stopWaiting(), MAX_RUNNING_MS);
      return;
    }
    this.#waiting.clear();
    for (const round of ready) this.#rounds.delete(round);
    this.#starting.set(() => this.#respondIfReady(), START_MS);
    this.#options.send(this.#options.upstream.respond());
  }

  /** The end of a response was lost, because no sideband was attached. */
  #stopWaiting(): void {
    this.#responding.clear();
    this.#respondIfReady();
  }
}

/**
 * Creates the part of a supervisor that runs tools: each function call of a response once. The next response starts when all
 * outputs of a response are there, and is asked for once.
 *
 * Some of the outputs may come from the page, which asks for the next response after its own ones, as it does without tools on the
 * server. If the last output is the server's, the server asks, after the response that is running, if there is one. If it is the
 * page's, the server asks only if no response starts soon. A response that starts when all outputs are in the conversation needs no
 * other.
 */
export function createToolRunner<P extends Principal>(options: ToolRunnerOptions<P>): ToolRunner {
  return new Tools(options);
}
