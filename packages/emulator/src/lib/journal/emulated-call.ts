import { EmulatorOptionError } from '../shared/option-error.ts';
import { EmulatorSessionError } from './wait-for-event.ts';

/**
 * A call of `POST /v1/realtime/calls`: what really happened to it, whatever clients were sent. It stays readable after its end.
 * The members that play the page need the option `media: 'none'`; they throw {@link EmulatorOptionError} without it.
 */
export interface EmulatedCall {
  /** Call id, `rtc_…`. */
  readonly id: string;
  /** `created` until the page has connected, then `active`, also if the page leaves; `closed` after the end. */
  readonly state: 'created' | 'active' | 'closed';
  /** When it was created on the emulator's clock, in milliseconds since 1970. */
  readonly createdAtMs: number;
  /** When it ended on the emulator's clock, in milliseconds since 1970. */
  readonly closedAtMs: number | undefined;
  /** What ended it. */
  readonly closedBy: CallEndCause | undefined;
  /** Everything that was billed, oldest first. */
  readonly billed: readonly BilledUsage[];
  /** Number of sidebands attached now. */
  readonly sidebands: number;
  /** The effective session, as `session.updated` shows it. */
  readonly session: object;
  /** Value of the header `OpenAI-Safety-Identifier` of the request that created the call, or minted its token. */
  readonly safetyIdentifier: string | undefined;
  /** The page's data channel opens. */
  connect(): void;
  /** The page closes its connection. See the option `pageLeaves`. */
  leave(): void;
  /** The page disappears without a word. See the option `pageLeaves`. */
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
   * Breaks the sidebands; the call continues.
   *
   * @param closeCode - WebSocket close code, 1000 to 4999. Default 1006: without a close message.
   */
  dropSidebands(closeCode?: number): void;
}

/** A call as JSON shows it, without its session, which contains instructions. */
export type CallStatus = Pick<
  EmulatedCall,
  'id' | 'state' | 'createdAtMs' | 'closedAtMs' | 'closedBy' | 'billed' | 'sidebands'
>;

/** What ended a call: `stop` is the end of the emulator. */
export type CallEndCause = 'hangup' | 'page' | 'expired' | 'fault' | 'stop';

/** Usage that was billed, once. */
export interface BilledUsage {
  /** Id of the response, or of the item that was transcribed. */
  readonly key: string;
  /** What was billed. */
  readonly type: 'response' | 'transcription';
  /** Model that was used. */
  readonly model: string;
  /** The usage as its event reports it. */
  readonly usage: object;
  /** When, on the emulator's clock, in milliseconds since 1970. */
  readonly atMs: number;
}

/** What the handle of a call reads and does. */
export interface CallSource {
  readonly id: string;
  readonly createdAtMs: number;
  readonly billed: readonly BilledUsage[];
  readonly safetyIdentifier: string | undefined;
  readonly end: () => { readonly atMs: number; readonly by: CallEndCause } | undefined;
  readonly hasConnected: () => boolean;
  readonly sidebands: () => number;
  readonly session: () => object;
  readonly dropSidebands: (closeCode: number) => void;
  /** `undefined` if real peers connect. */
  readonly page: PlayedPage | undefined;
}

/** A page that a test plays. */
export interface PlayedPage {
  connect(): void;
  disconnect(how: 'leaves' | 'vanishes'): void;
  send(event: object): 'sent' | 'not-connected';
}

export class CallHandle implements EmulatedCall {
  readonly #source: CallSource;

  constructor(source: CallSource) {
    this.#source = source;
  }

  get id(): string {
    return this.#source.id;
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
    return this.#source.billed;
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
    if (this.#requirePage().send(event) === 'not-connected')
      throw new EmulatorSessionError(
        'closed',
        'The page of the call is not connected; no event can be sent.',
      );
  }

  dropSidebands(closeCode = 1006): void {
    this.#source.dropSidebands(closeCode);
  }

  toJSON(): CallStatus {
    const { id, state, createdAtMs, closedAtMs, closedBy, billed, sidebands } = this;
    return { id, state, createdAtMs, closedAtMs, closedBy, billed, sidebands };
  }

  #requirePage(): PlayedPage {
    const { page } = this.#source;
    if (page !== undefined) return page;
    throw new EmulatorOptionError(
      "The page of a call can be played with media: 'none' only; otherwise, a real one connects.",
    );
  }
}
