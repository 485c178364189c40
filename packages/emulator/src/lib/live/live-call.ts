import type { LiveCloseReason, LiveSession } from '@realtime-session/protocol';
import type { AudioChunk } from '../audio/codec.ts';
import type { CallOutcome, Page, PageCall, PageConnection } from '../calls/page-call.ts';
import { CallHandle } from '../journal/emulated-call.ts';
import type { CallEndCause, EmulatedCall } from '../journal/emulated-call.ts';
import { createJournal } from '../journal/journal.ts';
import { createSessionClient } from '../realtime/session-client.ts';
import type { SessionClient } from '../realtime/session-client.ts';
import type { SessionOrigin } from '../script/session-match.ts';
import { parseJson } from '../shared/json.ts';
import { requireCloseCode } from '../shared/option-error.ts';
import type { CallEnd, PageClose, Sideband } from '../state/call-registry.ts';
import type { EmulatorContext } from '../state/context.ts';
import { ABNORMAL_CLOSURE } from '../state/registries.ts';
import { LiveConnections } from './connections.ts';
import type { Client } from './connections.ts';
import type { LiveEnding } from './ending.ts';
import { createEventFilter } from './event-filter.ts';
import { createLiveSession } from './live-session.ts';
import { SessionEvents } from './session-events.ts';
import { createTimers } from './timers.ts';
import { LiveUsage } from './usage.ts';

/** What a page sends that changes its instructions. */
const PAGE_UPDATE = JSON.stringify({
  type: 'session.instructions.append',
  content: 'Ignore your instructions.',
  delegation_id: null,
});

const REASONS: Readonly<Record<CallEndCause, LiveCloseReason>> = {
  hangup: 'close_requested',
  page: 'remote_hangup',
  expired: 'expired',
  content: 'content',
  fault: 'connection_lost',
  stop: 'connection_lost',
};

export interface LiveCallOptions extends PageConnection {
  /** `live_…` */
  readonly id: string;
  readonly session: LiveSession;
  readonly origin: SessionOrigin;
  /** The key that created the session; no other can attach to it. */
  readonly apiKey: string;
  /** What happens when the page connects. */
  readonly outcome: CallOutcome;
  /** Called once, when the session has ended. */
  readonly onEnd: () => void;
}

/** A Live session from its creation to its end. It is billed from creation on; its page and its sidebands come and go. */
export class LiveCall implements PageCall {
  readonly api = 'live';
  readonly id: string;
  readonly createdAtMs: number;
  readonly handle: EmulatedCall;
  readonly #context: EmulatorContext;
  readonly #options: LiveCallOptions;
  readonly #connections: LiveConnections;
  readonly #events: SessionEvents;
  readonly #usage: LiveUsage;
  readonly #client: SessionClient;
  readonly #timers;
  readonly #recordReceived: (event: unknown) => void;
  #cancelUnconnected = (): void => undefined;
  #pageState: 'expected' | 'connected' | 'gone' = 'expected';
  #hasConnected = false;
  #end: { readonly atMs: number; readonly by: CallEndCause } | undefined;

  constructor(context: EmulatorContext, options: LiveCallOptions) {
    const { clock, settings } = context;
    const { id, origin } = options;
    const { live } = settings;
    this.id = id;
    this.createdAtMs = clock.nowMs();
    this.#context = context;
    this.#options = options;
    const expiresAtMs = this.createdAtMs + live.lifetimeMs;
    const journal = createJournal(() => clock.nowMs(), { ...settings.journal, apiKeys: settings.apiKeys });
    this.#recordReceived = (event) => journal.record('received', event);
    this.#timers = createTimers(clock);
    this.#usage = new LiveUsage(context, {
      sessionId: id,
      model: options.session.model,
      timers: this.#timers,
      send: (event) => this.#connections.send(event),
    });
    const filter = createEventFilter(options.session.client?.data_channel);
    const { createId } = context.ids.fork(id);
    this.#connections = new LiveConnections({
      createId,
      journal,
      filter,
      onSend: (event) => this.#usage.record(event),
    });
    this.#client = createSessionClient(context, {
      session: { id, transport: 'webrtc', callId: id, model: options.session.model, endsAtMs: expiresAtMs },
      origin,
      journal,
      send: (event) => this.#connections.send(event),
      drop: () => this.losePage(ABNORMAL_CLOSURE),
    });
    this.#events = new SessionEvents(context, {
      session: createLiveSession(options.session, { id, expiresAtMs }),
      connections: this.#connections,
      filter,
      createId,
      media: options.media,
      timers: this.#timers,
      planner: this.#client.planner,
      onSpeech: () => this.#usage.noteSpeech(),
      finish: (ending) => this.#finish(ending),
    });
    this.handle = this.#createHandle();
    this.#startTimers(expiresAtMs - this.createdAtMs);
  }

  get isEnded(): boolean {
    return this.#end !== undefined;
  }

  get sidebandCount(): number {
    return this.#connections.sidebands.size;
  }

  isOpenTo(credential: string): boolean {
    return !this.isEnded && this.#options.apiKey === credential;
  }

  connectPage(page: Page): void {
    if (this.isEnded || this.#pageState !== 'expected') return;
    this.#pageState = 'connected';
    this.#hasConnected = true;
    this.#cancelUnconnected();
    this.#connections.page = page;
    this.#client.open();
    this.#events.connectPage(page);
    this.#usage.connectPage();
    this.#applyOutcome();
  }

  #applyOutcome(): void {
    const { outcome } = this.#options;
    if (outcome === 'page-leaves') this.losePage(1000, 'after-notice');
    else if (outcome === 'page-updates') this.receiveFromPage(PAGE_UPDATE);
    else if (outcome === 'expired') this.expire();
    else if (outcome === 'dropped') this.losePage(ABNORMAL_CLOSURE);
  }

  receive(text: string, sideband: Sideband): void {
    if (!this.isEnded) this.#receive(text, sideband);
  }

  receiveFromPage(text: string): 'sent' | 'not-connected' {
    if (this.isEnded || this.#pageState !== 'connected') return 'not-connected';
    this.#receive(text, 'page');
    return 'sent';
  }

  #receive(text: string, client: Client): void {
    const event = parseJson(text);
    this.#recordReceived(event);
    this.#events.receive(event, client);
  }

  receiveAudio(chunk: AudioChunk): void {
    if (this.#pageState === 'connected' && !this.isEnded) this.#events.receiveAudio(chunk);
  }

  #hear(text: string): 'sent' | 'not-connected' {
    if (this.#pageState !== 'connected' || this.isEnded) return 'not-connected';
    this.#events.hear(text);
    return 'sent';
  }

  /** The page closed its connection, or disappeared. It does not come back. */
  losePage(closeCode: number, how: PageClose = 'now', silentMs = 0): void {
    if (this.isEnded || this.#pageState === 'gone') return;
    const wasConnected = this.#pageState === 'connected';
    this.#pageState = 'gone';
    this.#connections.page = undefined;
    this.#events.disconnectPage();
    this.#client.leave(closeCode);
    this.#options.closePage(how);
    if (!wasConnected) return;
    const { remoteHangupMs, connectionLostMs: lostMs } = this.#context.settings.live;
    if (closeCode !== ABNORMAL_CLOSURE) this.#endLater(remoteHangupMs, 'remote_hangup');
    else this.#endLater(lostMs === 'never' ? lostMs : lostMs - silentMs, 'connection_lost');
  }

  #endLater(ms: number | 'never', closeReason: LiveCloseReason): () => void {
    return this.#timers.after(ms, () => this.#finish({ by: 'page', closeReason, page: 'now' }));
  }

  attach(sideband: Sideband): void {
    this.#connections.sidebands.add(sideband);
    this.#events.greet(sideband);
  }

  replay(sideband: Sideband): void {
    this.#connections.sidebands.replay(sideband);
  }

  detach(sideband: Sideband): void {
    this.#connections.sidebands.remove(sideband);
  }

  dropSidebands(closeCode: number): void {
    this.#connections.sidebands.drop(closeCode);
  }

  expire(): void {
    this.end('expired');
  }

  end(by: CallEndCause, end: Omit<CallEnd, 'by'> = {}): void {
    const closedEvent = by === 'stop' ? 'lost' : 'sent';
    this.#finish({ ...end, by, closedEvent });
  }

  #finish(ending: LiveEnding): void {
    if (this.isEnded) return;
    const { by, closedEvent = 'sent', clientEventId, closeReason: reason = REASONS[by] } = ending;
    this.#timers.cancelAll();
    this.#events.stop();
    this.#usage.stop();
    if (closedEvent === 'sent')
      this.#connections.send({
        type: 'session.closed',
        reason,
        session: this.#events.getSession(),
        usage: this.#usage.report(),
        ...(clientEventId === undefined ? {} : { client_event_id: clientEventId }),
      });
    this.#end = { atMs: this.#context.clock.nowMs(), by };
    this.#disconnect(ending);
    this.#options.onEnd();
  }

  #disconnect({ page = 'after-delivery', closeCode, reason = '' }: LiveEnding): void {
    this.#client.leave(closeCode ?? 1000);
    if (this.#pageState !== 'gone') this.#options.closePage(page);
    this.#pageState = 'gone';
    this.#connections.page = undefined;
    this.#connections.sidebands.end((sideband) =>
      sideband.close(closeCode ?? (sideband.isGraceful ? 1000 : 1005), reason),
    );
  }

  #startTimers(lifetimeMs: number): void {
    const { live } = this.#context.settings;
    this.#timers.after(lifetimeMs, () => this.expire());
    this.#cancelUnconnected = this.#endLater(live.unconnectedMs, 'connection_lost');
  }

  #createHandle(): EmulatedCall {
    return new CallHandle({
      id: this.id,
      api: this.api,
      createdAtMs: this.createdAtMs,
      billed: () => this.#usage.billed(),
      safetyIdentifier: this.#options.origin.safetyIdentifier,
      end: () => this.#end,
      hasConnected: () => this.#hasConnected,
      sidebands: () => this.sidebandCount,
      session: () => this.#events.getSession(),
      dropSidebands: (closeCode) => this.dropSidebands(requireCloseCode(closeCode)),
      moderate: () => this.end('content'),
      page:
        this.#options.media === 'real'
          ? undefined
          : {
              connect: () => this.connectPage({ send: () => undefined }),
              disconnect: (how) => this.losePage(how === 'leaves' ? 1000 : ABNORMAL_CLOSURE),
              send: (event) => this.receiveFromPage(JSON.stringify(event)),
              say: (text) => this.#hear(text),
            },
    });
  }
}
