import type { CallRoute } from './call-route.ts';
import { ConnectionError } from './connection-error.ts';
import { startHeartbeats } from './heartbeats.ts';
import { invalidOption } from './options.ts';
import { listenToPage } from './platform.ts';
import type { CallsHost, ConnectionContext, ExchangeAnswer, RouteCalls } from './realtime-connection.ts';
import type { RealtimeEvent } from './realtime-event.ts';
import {
  createRouteClient,
  readReason,
  toCallBody,
  type CallInfo,
  type RouteClient,
} from './route-request.ts';
import { createScope, type Scope } from './scope.ts';

const HEARTBEAT_TIMEOUT_MS = 10_000;
/** How long to wait for the reason why a call was lost. */
const REASON_TIMEOUT_MS = 5_000;

/** Starts to follow the calls of an attempt. Only `callRoute()` names it, so that other bundles do not have it. */
export function startRouteCalls(context: ConnectionContext, host: CallsHost): RouteCalls {
  const { url } = context.source;
  if (context.options.exchange ?? context.options.url)
    throw invalidOption('url and exchange cannot be combined with a call route.');
  if (typeof url !== 'string' || !url)
    throw invalidOption('callRoute() needs the address of your call route.');
  return new AttemptCalls(context, host);
}

/** The calls of one attempt. Each is ended once, unless the route has ended it or another call has replaced it. */
class AttemptCalls implements RouteCalls {
  readonly #context: ConnectionContext;
  readonly #route: CallRoute;
  readonly #url: string;
  readonly #client: RouteClient;
  readonly #onChange: () => void;
  readonly #isUnreachable: () => boolean;
  api: 'realtime' | 'live' = 'realtime';
  #call: CallInfo | undefined;
  /** What a Live session reported as its end. */
  #closed: ConnectionError | undefined;
  /** Whether the Live session takes the user's audio as silence. */
  #isSessionMuted = false;
  /** Whether the call is lost, and the route has not said yet whether it had ended the call. */
  #isReasonUnknown = false;
  #wake = (): void => undefined;

  constructor(context: ConnectionContext, { scope, onChange, onPageHide, isUnreachable }: CallsHost) {
    const { platform } = context;
    this.#context = context;
    this.#route = context.source as CallRoute; // `callRoute()` created it
    this.#url = this.#route.url;
    this.#client = createRouteClient(this.#route, platform);
    this.#onChange = onChange;
    this.#isUnreachable = isUnreachable;
    scope.onAbort(() => {
      if (this.#call) this.#hangUp(this.#call.id);
    });
    platform.onOnline(() => this.#wake(), scope.signal);
    (platform.onPageChange ?? listenToPage)((change) => {
      if (change === 'hide') onPageHide();
      else this.#wake();
    }, scope.signal);
  }

  getCall(): CallInfo | undefined {
    return this.#call;
  }

  async exchange(offer: string, scope: Scope): Promise<ExchangeAnswer> {
    if (this.#isReasonUnknown)
      await this.#ask(createScope(this.#context.platform, scope), HEARTBEAT_TIMEOUT_MS);
    this.#isReasonUnknown = false;
    const { unended } = this.#context;
    // A call that was lost, or could not be ended, is replaced.
    const replacedId = this.#call?.id ?? (unended.url === this.#url ? unended.id : undefined);
    const { sdp, call, api } = await this.#client.send({
      method: 'POST',
      callId: replacedId,
      body: toCallBody(offer, this.#route.options),
      signal: scope.signal,
    });
    unended.url = undefined;
    if (this.#call?.id === replacedId) this.#call = undefined;
    this.#isSessionMuted = false;
    this.api = api;
    if (scope.signal.aborted) this.#hangUp(call.id);
    else this.#call = call;
    return { sdp, callId: call.id };
  }

  sendHeartbeats(scope: Scope): void {
    this.#wake = startHeartbeats(scope, this.#context.platform, async () => {
      await this.#ask(scope, HEARTBEAT_TIMEOUT_MS);
      return this.#call?.heartbeatMs ?? Infinity;
    });
  }

  async checkReason(scope: Scope): Promise<void> {
    this.#isReasonUnknown = true;
    if (this.#context.platform.isOnline())
      await this.#ask(scope, REASON_TIMEOUT_MS).then(
        () => (this.#isReasonUnknown = false),
        () => undefined, // it is asked again before the call is replaced
      );
    if (this.#closed) scope.abort('call-ended', this.#closed);
  }

  readEvent({ type, reason }: RealtimeEvent, scope: Scope): void {
    if (this.api !== 'live' || type !== 'session.closed') return;
    this.#closed = new ConnectionError('call-ended', { reason: readReason(reason) ?? 'upstream' });
    void this.checkReason(scope); // the server may know more: it can have ended the call itself
  }

  sendMuted(channel: RTCDataChannel | undefined): void {
    const isMuted = this.#context.isMuted();
    if (this.api !== 'live' || isMuted === this.#isSessionMuted || channel?.readyState !== 'open') return;
    this.#isSessionMuted = isMuted;
    channel.send(JSON.stringify({ type: `session.input_audio.${isMuted ? '' : 'un'}mute` }));
  }

  /** Returns why Live ended the call, if it is known: the session reported it, or it could not reach the page. */
  #explain(): ConnectionError | undefined {
    if (this.#closed || this.api !== 'live' || !this.#isUnreachable()) return this.#closed;
    return new ConnectionError('lost');
  }

  /** Asks the route about the current call, which is a heartbeat. Aborts the call's scope if the route has ended it. */
  async #ask(scope: Scope, timeoutMs: number): Promise<void> {
    const call = this.#call;
    if (!call) return;
    const request = createScope(this.#context.platform, scope);
    request.setTimer(() => request.abort('timeout'), timeoutMs);
    try {
      const { signal } = request;
      const answer = await request.race(
        this.#client.send({ method: 'PUT', callId: call.id, signal, previous: call }),
      );
      if (this.#call === call) this.#call = answer.call;
      this.#onChange();
    } catch (thrown) {
      const error = request.abort('network', thrown);
      if (error.code === 'call-ended') {
        this.#call = undefined;
        const explanation = error.reason === 'upstream' ? this.#explain() : undefined;
        scope.abort('call-ended', explanation ?? error);
        if (explanation) return;
      }
      throw error;
    } finally {
      request.abort('closed');
    }
  }

  #hangUp(id: string): void {
    this.#client.hangUp(id, () => {
      this.#context.unended.url = this.#url;
      this.#context.unended.id = id;
    });
  }
}
