import type { Principal } from '../request-context.ts';
import { isRecord } from '../validate.ts';
import type { UnknownRecord } from '../validate.ts';
import { Alarm } from './alarm.ts';
import { CallChannel } from './call-channel.ts';
import type { CallContext } from './call-context.ts';
import type { CallEndReason } from './call-end.ts';
import { CallMeter } from './call-meter.ts';
import type { StoredCall } from './call-store.ts';
import type { CallSignal, Sideband } from './call-upstream.ts';
import type { CallEnder, LocalCall } from './end-calls.ts';
import { findDueReason } from './end-calls.ts';
import type { SessionGuard } from './guard-session.ts';
import { SidebandKeeper } from './keep-sideband.ts';
import type { ToolRunner } from './run-tools.ts';
import { callHook, createGuardOf, createToolsOf } from './supervised-call.ts';
import type { SupervisedCall } from './supervised-call.ts';

export interface SupervisionHost<P extends Principal> {
  readonly context: CallContext<P>;
  readonly ender: CallEnder<P>;
  /** Called when the supervision has stopped. */
  readonly onStop: () => void;
}

/** How long to wait before the store is asked again what other processes know. */
const STORE_RETRY_MS = 5000;

const sidebandRemedy = 'No sideband could be attached, so the call is ended; check the API key and network.';

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
  readonly #keeper: SidebandKeeper<P>;
  readonly #guard: SessionGuard | undefined;
  readonly #tools: ToolRunner | undefined;
  readonly #alarms: Readonly<Record<'duration' | 'warning' | 'idle' | 'expected', Alarm>>;
  /** What is active now: responses, their playback, the user's speech. */
  readonly #active = new Set<string>();
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
    this.#meter = new CallMeter(context, call.stored, { onExceeded: (reason) => this.end(reason) });
    this.#keeper = this.#createKeeper();
    this.#channel = new CallChannel({
      sideband: () => this.#keeper.current,
      signal: this.#stopped.signal,
      onListenerError: (cause) =>
        this.#reportDegraded('on-call', 'A listener of `call.on()` threw an error; correct it.', cause),
    });
    const parts = {
      context,
      call,
      signal: this.#stopped.signal,
      send: (event: UnknownRecord) => this.#channel.send(event),
      end: (reason: CallEndReason, detail: string) => this.end(reason, detail),
    };
    this.#guard = createGuardOf(parts);
    this.#tools = createToolsOf(parts);
    this.#alarms = {
      duration: new Alarm(clock, () => this.end('duration')),
      warning: new Alarm(clock, () => this.#warn()),
      idle: new Alarm(clock, () => this.#onIdle()),
      expected: new Alarm(clock, () => void this.#checkExpected()),
    };
  }

  get id(): string {
    return this.#call.stored.id;
  }

  /** Starts to watch. */
  start(): void {
    const { stored } = this.#call;
    const { warnBeforeMs, idleTimeoutMs } = this.#context.config.limits;
    this.#alarms.duration.set(stored.endsInMs);
    if (warnBeforeMs > 0 && stored.endsInMs > warnBeforeMs)
      this.#alarms.warning.set(stored.endsInMs - warnBeforeMs);
    this.#alarms.expected.set(stored.expectedInMs);
    this.#alarms.idle.set(idleTimeoutMs);
    void this.#keeper.run();
    void callHook(this.#context, this.#call, {
      signal: this.#stopped.signal,
      on: (listener) => this.#channel.on(listener),
      send: (event) => this.#sendForOwner(event),
      hangUp: () => this.#ender.end(stored, { reason: 'revoked' }),
    }).catch((cause: unknown) =>
      this.#reportDegraded('on-call', '`onCall` threw an error; correct it.', cause),
    );
  }

  /** A heartbeat arrived here: the next is expected within `timeoutMs`, or never. */
  expect(timeoutMs: number | undefined): void {
    this.#connected = 'yes';
    this.#alarms.expected.set(timeoutMs);
  }

  /** Ends the call, in the background. */
  end(reason: CallEndReason, detail?: string): void {
    if (this.#stopped.signal.aborted) return;
    void this.#ender.end(this.#call.stored, { reason, detail });
  }

  seen(): 'no' | 'yes' {
    return this.#keeper.seen;
  }

  sideband(): Sideband | undefined {
    return this.#keeper.current;
  }

  drain(): Promise<void> {
    return this.#keeper.drain();
  }

  flush(): Promise<void> {
    return this.#meter.flush();
  }

  /** Stops to watch, because the call has ended or belongs to another process. Does not end it. */
  stop(): void {
    if (this.#stopped.signal.aborted) return;
    this.#stopped.abort();
    this.#keeper.stop();
    this.#guard?.stop();
    for (const alarm of Object.values(this.#alarms)) alarm.clear();
    this.#channel.clear();
    this.#onStop();
  }

  /** Events may have been missed before the call is ended. The sideband that closes at its end misses none. */
  onEnding(): void {
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
        onEvent: (event) => this.#onEvent(event),
        onGone: () => this.end('upstream', 'the provider ended the call'),
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
      // What stopped in the meantime was not reported.
      this.#active.clear();
      this.#restartIdle();
    }
    const wanted =
      this.#call.origin === 'resumed' && this.#guard !== undefined ? this.#call.user?.session : {};
    // The answer is the session as it is, which a sideband does not learn otherwise.
    this.#keeper.current?.send(upstream.updateSession(wanted ?? {}));
    this.#channel.flush();
  }

  #onEvent(event: UnknownRecord): void {
    const { upstream } = this.#context.config;
    const { model } = this.#call.stored;
    for (const signal of upstream.interpret(event, { model, session: this.#session })) this.#onSignal(signal);
    this.#channel.publish(event);
  }

  #onSignal(signal: CallSignal): void {
    this.#tools?.handle(signal);
    switch (signal.type) {
      case 'activity':
        if (signal.change === 'started') this.#active.add(signal.key);
        else this.#active.delete(signal.key);
        this.#onConversation();
        return;
      case 'usage':
        this.#meter.record(signal.key, signal.usage);
        return;
      case 'session':
        this.#session = signal.session;
        this.#guard?.observe(signal.session);
        return;
      case 'transcript':
        this.#onTranscript(signal);
        return;
      case 'ended':
        this.end('upstream', signal.detail);
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
    this.#restartIdle();
    if (this.#connected === 'yes') return;
    this.#connected = 'yes';
    const { stored } = this.#call;
    if (stored.heartbeat === 'expected') return;
    this.#alarms.expected.clear();
    this.#context.config.store.touch(stored.id, undefined).catch(() => undefined);
  }

  #restartIdle(): void {
    const { idleTimeoutMs } = this.#context.config.limits;
    this.#alarms.idle.set(this.#active.size === 0 ? idleTimeoutMs : undefined);
  }

  /** After a freeze, another process may have the call, which knows more. */
  #onIdle(): void {
    if (this.#context.wasFrozen()) this.#alarms.idle.set(STORE_RETRY_MS);
    else this.end('idle');
  }

  #onTranscript({ role, text }: CallSignal & { readonly type: 'transcript' }): void {
    if (this.#context.config.transcripts === 'none') return;
    this.#context.emit(this.#call.stored, { type: 'transcript', role, text });
  }

  #warn(): void {
    const { warnBeforeMs: left } = this.#context.config.limits;
    this.#context.emit(this.#call.stored, { type: 'limit-near', limit: 'duration', left });
  }

  /** Nothing arrived here in time. A heartbeat may have arrived in another process. */
  async #checkExpected(): Promise<void> {
    const { id, endReason } = this.#call.stored;
    try {
      const stored = await this.#context.config.store.read(id);
      if (stored === undefined || stored.state === 'ended') {
        this.end(stored?.endReason ?? endReason ?? 'upstream');
        return;
      }
      const reason = findDueReason(stored);
      if (reason === undefined) this.#alarms.expected.set(stored.expectedInMs);
      else this.end(reason);
    } catch {
      // No process can record heartbeats now. The maximum duration still holds.
      if (!this.#stopped.signal.aborted) this.#alarms.expected.set(STORE_RETRY_MS);
    }
  }

  #sendForOwner(event: UnknownRecord): void {
    const { session } = event;
    if (event['type'] === 'session.update' && isRecord(session)) this.#guard?.ownUpdate(session);
    this.#channel.send(event);
  }

  #reportDegraded(part: 'sideband' | 'on-call', remedy: string, cause: unknown): void {
    const event = Object.defineProperty({ type: 'degraded', part, remedy } as const, 'cause', {
      value: cause,
    });
    this.#context.emit(this.#call.stored, event);
  }
}
