import { EmulatorOptionError } from '../shared/option-error.ts';
import { EmulatorSessionError } from './wait-for-event.ts';

/**
 * A call of `POST /v1/realtime/calls`, or a session of `POST /v1/live/sessions`: what really happened to it, whatever clients were
 * sent. It stays readable after its end.
 * The members that play the page need the option `media: 'none'`; they throw {@link EmulatorOptionError} without it.
 */
export interface EmulatedCall {
  /** Call id, `rtc_…`, or id of a Live session, `live_…`. */
  readonly id: string;
  /** The API that created it. */
  readonly api: 'realtime' | 'live';
  /** `created` until the page has connected, then `active`, also if the page leaves; `closed` after the end. */
  readonly state: 'created' | 'active' | 'closed';
  /** When it was created on the emulator's clock, in milliseconds since 1970. */
  readonly createdAtMs: number;
  /** When it ended on the emulator's clock, in milliseconds since 1970. */
  readonly closedAtMs: number | undefined;
  /** What ended it. */
  readonly closedBy: CallEndCause | undefined;
  /** Everything that was billed, oldest first. The seconds of a Live session that runs are counted up to now. */
  readonly billed: readonly BilledUsage[];
  /** Number of sidebands attached now. */
  readonly sidebands: number;
  /** The effective session, as `session.updated` shows it. */
  readonly session: object;
  /**
   * Value of the header `OpenAI-Safety-Identifier` of the request that created the call, or minted its token; for a Live session, its
   * `safety_identifier`.
   */
  readonly safetyIdentifier: string | undefined;
  /** The page's data channel opens. */
  connect(): void;
  /** The page closes its connection. See the options `pageLeaves` and `live.remoteHangupMs`. */
  leave(): void;
  /** The page disappears without closing its connection. See the options `pageLeaves` and `live.connectionLostMs`. */
  vanish(): void;
  /**
   * The page sends a client event. Throws {@link EmulatorSessionError} `closed` if the page is not connected.
   *
   * @example
   * ```ts
   * call.send({ type: 'response.create' });
   * ```
   */
  send(event: object): void;
  /**
   * The user says something: a Live session transcribes it and answers; the page of a Realtime call sends it as text and asks for an
   * answer. Throws {@link EmulatorSessionError} `closed` if the page is not connected.
   */
  say(text: string): void;
  /**
   * Breaks the sidebands; the call continues.
   *
   * @param closeCode - WebSocket close code, 1000 to 4999. Default 1006: without a close message.
   */
  dropSidebands(closeCode?: number): void;
  /**
   * The moderation of the API ends a Live session: `session.closed` with the reason `content`. Throws {@link EmulatorOptionError} for a
   * Realtime call, which moderation does not end.
   */
  moderate(): void;
}

/** A call as JSON shows it, without its session, which contains instructions. */
export type CallStatus = Pick<
  EmulatedCall,
  'id' | 'api' | 'state' | 'createdAtMs' | 'closedAtMs' | 'closedBy' | 'billed' | 'sidebands'
>;

/**
 * What ended a call: `hangup` a server, `page` the page, which left or closed its Live session, `content` the moderation of the API,
 * `stop` the end of the emulator.
 */
export type CallEndCause = 'hangup' | 'page' | 'expired' | 'content' | 'fault' | 'stop';

/** Usage that was billed, once. */
export interface BilledUsage {
  /** Id of the response, or of the item that was transcribed; for seconds, the id of the session and a part. */
  readonly key: string;
  /** What was billed. `seconds`: time of a Live session. */
  readonly type: 'response' | 'transcription' | 'seconds';
  /** Model that was used. */
  readonly model: string;
  /** The usage as its event reports it; for seconds, `{ seconds }`, to be added up, with `state: 'standby'` if they cost less. 15 s are billed at creation. */
  readonly usage: object;
  /** When, on the emulator's clock, in milliseconds since 1970. */
  readonly atMs: number;
}

/** What the handle of a call reads and does. */
export interface CallSource {
  readonly id: string;
  readonly api: EmulatedCall['api'];
  readonly createdAtMs: number;
  readonly billed: () => readonly BilledUsage[];
  readonly safetyIdentifier: string | undefined;
  readonly end: () => { readonly atMs: number; readonly by: CallEndCause } | undefined;
  readonly hasConnected: () => boolean;
  readonly sidebands: () => number;
  readonly session: () => object;
  readonly dropSidebands: (closeCode: number) => void;
  /** `undefined` for a call that moderation does not end. */
  readonly moderate?: () => void;
  /** `undefined` if real peers connect. */
  readonly page: PlayedPage | undefined;
}

/** A page that a test plays. */
export interface PlayedPage {
  connect(): void;
  disconnect(how: 'leaves' | 'vanishes'): void;
  send(event: object): 'sent' | 'not-connected';
  say(text: string): 'sent' | 'not-connected';
}

export class CallHandle implements EmulatedCall {
  readonly #source: CallSource;

  constructor(source: CallSource) {
    this.#source = source;
  }

  get id(): string {
    return this.#source.id;
  }

  get api(): EmulatedCall['api'] {
    return this.#source.api;
  }

  get state(): EmulatedCall['state'] {
    if (this.#source.end() !== undefined) return 'closed';
    return this.#source.hasConnected() ? 'active' : 'created';
  }

  get createdAtMs(): number {
    return this.#source.createdAtMs;
  }

  get closedAtMs(): number | undefined {
    return this.#source.end()?.atMs;
  }

  get closedBy(): CallEndCause | undefined {
    return this.#source.end()?.by;
  }

  get billed(): readonly BilledUsage[] {
    return this.#source.billed();
  }

  get sidebands(): number {
    return this.#source.sidebands();
  }

  get session(): object {
    return this.#source.session();
  }

  get safetyIdentifier(): string | undefined {
    return this.#source.safetyIdentifier;
  }

  connect(): void {
    this.#requirePage().connect();
  }

  leave(): void {
    this.#requirePage().disconnect('leaves');
  }

  vanish(): void {
    this.#requirePage().disconnect('vanishes');
  }

  send(event: object): void {
    requireSent(this.#requirePage().send(event));
  }

  say(text: string): void {
    requireSent(this.#requirePage().say(text));
  }

  dropSidebands(closeCode = 1006): void {
    this.#source.dropSidebands(closeCode);
  }

  moderate(): void {
    const { moderate } = this.#source;
    if (moderate === undefined)
      throw new EmulatorOptionError('Moderation ends Live sessions only; this is a Realtime call.');
    moderate();
  }

  toJSON(): CallStatus {
    const { id, api, state, createdAtMs, closedAtMs, closedBy, billed, sidebands } = this;
    return { id, api, state, createdAtMs, closedAtMs, closedBy, billed, sidebands };
  }

  #requirePage(): PlayedPage {
    const { page } = this.#source;
    if (page !== undefined) return page;
    throw new EmulatorOptionError(
      "The page of a call can be played with media: 'none' only; otherwise, a real one connects.",
    );
  }
}

function requireSent(result: 'sent' | 'not-connected'): void {
  if (result === 'not-connected')
    throw new EmulatorSessionError('closed', 'The page of the call is not connected; no event can be sent.');
}
