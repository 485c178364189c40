import type { Principal } from '../request-context.ts';
import type { UnknownRecord } from '../validate.ts';
import { Alarm } from './alarm.ts';
import { CallChannel } from './call-channel.ts';
import { toDegraded } from './call-context.ts';
import type { CallContext } from './call-context.ts';
import type { CallEndReason } from './call-end.ts';
import { CallMeter } from './call-meter.ts';
import type { StoredCall } from './call-store.ts';
import type { CallSignal, Sideband } from './call-upstream.ts';
import type { CallEnder, LocalCall } from './end-calls.ts';
import { checkOverdue } from './check-overdue.ts';
import { IdleTimer } from './idle-timer.ts';
import type { SessionGuard } from './guard-session.ts';
import { SidebandKeeper } from './keep-sideband.ts';
import { runCallHook } from './run-call-hook.ts';
import type { CallHookHost } from './run-call-hook.ts';
import type { ToolRunner } from './run-tools.ts';
import { createGuardOf, createTimeMeterOf, createToolsOf } from './supervised-call.ts';
import type { SupervisedCall } from './supervised-call.ts';
import type { TimeMeter } from './time-meter.ts';

export interface SupervisionHost<P extends Principal> {
  readonly context: CallContext<P>;
  readonly ender: CallEnder<P>;
  /** Called when the supervision has stopped. */
  readonly onStop: () => void;
}

const sidebandRemedy =
  'No sideband could be attached, so the call is ended; check the API key and the network.';

/** Watches one call: its timers, its sideband, and what it uses. */
export class CallSupervision<P extends Principal> implements LocalCall {
  readonly apiKey: string;
  readonly #context: CallContext<P>;
  readonly #ender: CallEnder<P>;
  readonly #call: SupervisedCall<P>;
  readonly #onStop: () => void;
  readonly #stopped = new AbortController();
  readonly #channel: CallChannel;
  readonly #meter: CallMeter<P>;
  /** Only if time is billed. */
  readonly #time: TimeMeter | undefined;
  readonly #ended = new AbortController();
  readonly #keeper: SidebandKeeper<P>;
  readonly #hookHost: CallHookHost;
  readonly #guard: SessionGuard | undefined;
  readonly #tools: ToolRunner | undefined;
  readonly #alarms: Readonly<Record<'duration' | 'warning' | 'expected', Alarm>>;
  readonly #idle: IdleTimer;
  #session: UnknownRecord | undefined;
  #connected: StoredCall['connected'];

  constructor(call: SupervisedCall<P>, { context, ender, onStop }: SupervisionHost<P>) {
    const { clock } = context.config;
    this.#onStop = onStop;
    this.#context = context;
    this.#ender = ender;
    this.#call = call;
    this.apiKey = call.apiKey;
    this.#session = call.user?.session;
    this.#connected = call.stored.connected;
    this.#meter = new CallMeter(context, call.stored, {
      onExceeded: (reason) => this.end(reason),
      pendingCost: () => this.#time?.pendingCost ?? 0,
      onCounted: (seconds) => this.#time?.onCounted(seconds),
      onLeft: (left) => this.#time?.onLeft(left),
    });
    this.#time = createTimeMeterOf({ context, call }, this.#meter, this.sideband);
    this.#keeper = this.#createKeeper();
    this.#channel = new CallChannel({
      sideband: () => this.#keeper.current,
      signal: this.#stopped.signal,
      onListenerError: (cause) =>
        this.#reportDegraded('on-call', 'A listener of `call.on()` threw an error; correct it.', cause),
    });
    this.#hookHost = {
      channel: this.#channel,
      hangUp: () => ender.end(call.stored, { reason: 'revoked' }),
      onUpdate: (session) => this.#guard?.ownUpdate(session),
      onError: (cause) => this.#reportDegraded('on-call', '`onCall` threw an error; correct it.', cause),
    };
    const parts = {
      context,
      call,
      signal: this.#stopped.signal,
      send: (event: UnknownRecord) => this.#channel.send(event),
      end: (reason: CallEndReason, detail: string) => this.end(reason, detail),
    };
    this.#guard = createGuardOf(parts);
    this.#tools = createToolsOf(parts);
    this.#idle = new IdleTimer(clock, context.config.limits.idleTimeoutMs, {
      onIdle: () => this.end('idle'),
      wasFrozen: () => context.wasFrozen(),
    });
    const left = context.config.limits.warnBeforeMs;
    this.#alarms = {
      duration: new Alarm(clock, () => this.end('duration')),
      warning: new Alarm(clock, () =>
        context.emit(call.stored, { type: 'limit-near', limit: 'duration', left }),
      ),
      expected: new Alarm(clock, () => void this.#checkExpected()),
    };
  }

  get id(): string {
    return this.#call.stored.id;
  }

  /** Starts to watch. */
  start(): void {
    const { stored } = this.#call;
    const { warnBeforeMs } = this.#context.config.limits;
    this.#alarms.duration.set(stored.endsInMs);
    if (warnBeforeMs > 0 && stored.endsInMs > warnBeforeMs)
      this.#alarms.warning.set(stored.endsInMs - warnBeforeMs);
    this.#alarms.expected.set(stored.expectedInMs);
    this.#time?.start();
    void runCallHook(
      { context: this.#context, call: this.#call, signal: this.#stopped.signal },
      this.#hookHost,
    );
    // Without a sideband, nothing shows whether someone speaks.
    if (this.#context.config.upstream.sideband === 'at-end') return;
    this.#idle.restart();
    void this.#keeper.run();
  }

  /** A heartbeat arrived here: the next is expected within `timeoutMs`, or never. */
  expect(timeoutMs: number | undefined): void {
    this.#connected = 'yes';
    this.#time?.onConnected();
    this.#alarms.expected.set(timeoutMs);
  }

  /** Ends the call, in the background. */
  end(reason: CallEndReason, detail?: string): void {
    if (this.#stopped.signal.aborted) return;
    void this.#ender.end(this.#call.stored, { reason, detail });
  }

  readonly seen = (): 'no' | 'yes' => this.#keeper.seen;

  readonly sideband = (): Sideband | undefined => this.#keeper.current;

  readonly drain = (): Promise<void> => this.#keeper.drain();

  readonly flush = (): Promise<void> => this.#meter.flush();

  get ended(): AbortSignal {
    return this.#ended.signal;
  }

  /** Stops to watch, because the call has ended or belongs to another process. Does not end it. */
  stop(): void {
    if (this.#stopped.signal.aborted) return;
    this.#stopped.abort();
    this.#keeper.stop();
    this.#time?.stop();
    this.#guard?.stop();
    this.#idle.clear();
    for (const alarm of Object.values(this.#alarms)) alarm.clear();
    this.#channel.clear();
    this.#onStop();
  }

  /** Events may have been missed before the call is ended. The sideband that closes at its end misses none. */
  onEnding(): void {
    if (this.#context.config.upstream.sideband === 'at-end') return;
    const gapMs = this.#keeper.gapMs();
    if (gapMs > 0) this.#context.emit(this.#call.stored, { type: 'usage-gap', durationMs: gapMs });
  }

  #createKeeper(): SidebandKeeper<P> {
    const { stored, apiKey, origin } = this.#call;
    return new SidebandKeeper(
      this.#context,
      { upstreamId: stored.upstreamId, apiKey, origin },
      {
        onAttached: (gapMs) => this.#onAttached(gapMs),
        onEvent: this.onEvent,
        onGone: () => {
          // It may be ending already, and then this confirms it.
          if (this.#context.config.upstream.api === 'live') this.#ended.abort();
          this.end('upstream', 'the provider ended the call');
        },
        onUnavailable: (cause) => {
          this.#reportDegraded('sideband', sidebandRemedy, cause);
          this.end('upstream', 'no sideband could be attached');
        },
      },
    );
  }

  #onAttached(gapMs: number): void {
    const { upstream } = this.#context.config;
    if (gapMs > 0) {
      this.#context.emit(this.#call.stored, { type: 'usage-gap', durationMs: gapMs });
      this.#idle.forget();
    }
    const wanted =
      this.#call.origin === 'resumed' && this.#guard !== undefined ? this.#call.user?.session : {};
    // The answer is the session as it is, which a sideband does not learn otherwise.
    const update = upstream.updateSession(wanted ?? {});
    if (update !== undefined) this.#keeper.current?.send(update);
    this.#channel.flush();
  }

  readonly onEvent = (event: UnknownRecord): void => {
    const { upstream } = this.#context.config;
    const { model } = this.#call.stored;
    for (const signal of upstream.interpret(event, { model, session: this.#session })) this.#onSignal(signal);
    this.#channel.publish(event);
  };

  #onSignal(signal: CallSignal): void {
    this.#tools?.handle(signal);
    switch (signal.type) {
      case 'activity':
        this.#idle.change(signal);
        this.#onConnected();
        return;
      case 'usage':
        this.#meter.record(signal.key, signal.usage);
        return;
      case 'session':
        this.#session = signal.session;
        this.#guard?.observe(signal.session);
        return;
      case 'transcript':
        if (this.#context.config.transcripts === 'events')
          this.#context.emit(this.#call.stored, { type: 'transcript', role: signal.role, text: signal.text });
        return;
      case 'connected':
        this.#onConnected();
        return;
      case 'seconds':
        if (signal.state === 'final') this.#time?.settle(signal.total);
        else this.#time?.confirm(signal.total ?? 0);
        return;
      case 'ended':
        this.#onEnded(signal);
        return;
      case 'touched':
      case 'response-started':
      case 'response-done':
      case 'function-output':
        this.#onConversation();
    }
  }

  /** Someone speaks or something runs, which also shows that the page has connected. */
  #onConversation(): void {
    this.#idle.restart();
    this.#onConnected();
  }

  #onConnected(): void {
    this.#time?.onConnected();
    if (this.#connected === 'yes') return;
    this.#connected = 'yes';
    const { stored } = this.#call;
    if (stored.heartbeat === 'expected') return;
    this.#alarms.expected.clear();
    this.#context.config.store.touch(stored.id, undefined).catch(() => undefined);
  }

  #onEnded({ detail, by, proof }: CallSignal & { readonly type: 'ended' }): void {
    if (proof === 'yes') {
      this.#ended.abort();
      // The sideband closes as well, and there is nothing to attach to.
      this.#keeper.stop();
    }
    this.end(by === 'page' ? 'hung-up' : 'upstream', detail);
  }

  /** Nothing arrived here in time. */
  async #checkExpected(): Promise<void> {
    const overdue = await checkOverdue(this.#context.config.store, this.#call.stored);
    if (overdue.kind === 'yes') this.end(overdue.reason);
    else if (!this.#stopped.signal.aborted) this.#alarms.expected.set(overdue.expectedInMs);
  }

  #reportDegraded(part: 'sideband' | 'on-call', remedy: string, cause: unknown): void {
    this.#context.emit(this.#call.stored, toDegraded({ part, remedy, cause }, this.#context.config));
  }
}
