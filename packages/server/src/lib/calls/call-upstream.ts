import type { UnknownRecord } from '../validate.ts';

/** What a provider is asked to create. */
export interface CallOffer {
  /** The page's offer, SDP. */
  readonly sdp: string;
  /** Valid by the schema of the provider. */
  readonly session: UnknownRecord;
  readonly safetyIdentifier: string | undefined;
  /** Sent as `X-Client-Request-Id`. */
  readonly requestId: string;
}

export interface CreatedUpstreamCall {
  /** The provider's id, validated. */
  readonly id: string;
  /** SDP. `undefined`: the call exists, but the provider's answer is unusable, so the call must be ended. */
  readonly answer: string | undefined;
}

/** What the methods of a {@link CallUpstream} need. */
export interface UpstreamContext {
  /** The key that created the call, or will. */
  readonly apiKey: string;
  readonly fetch: typeof fetch;
  readonly signal: AbortSignal;
  /** Called with each response, for the audit event. */
  readonly onResponse: (response: UpstreamResponseInfo) => void;
}

export interface UpstreamResponseInfo {
  readonly status: number;
  readonly requestId: string | undefined;
  readonly code: string | undefined;
  readonly param: string | undefined;
}

/** A WebSocket to a running call. */
export interface Sideband {
  /** Sends a client event. Ignored after the end. */
  send(event: UnknownRecord): void;
  /** Closes the socket. The call continues. */
  close(): void;
}

export interface SidebandHandlers {
  /** One server event. */
  onEvent(event: UnknownRecord): void;
  /** Called once, when an open socket closed, for whatever reason but `close()`. */
  onClose(code: number): void;
}

/** Why a sideband could not be attached. */
export class SidebandError extends Error {
  /** HTTP status of the handshake. */
  readonly status: number | undefined;

  constructor(message: string, status?: number, cause?: unknown) {
    super(message, { cause });
    this.name = 'SidebandError';
    this.status = status;
  }
}

/** A call to end. */
export interface CallToEnd {
  /** The provider's id. */
  readonly id: string;
  /** The sideband of the supervisor, if one is attached here. */
  readonly sideband: Sideband | undefined;
  /** Attaches to the call. One attempt, which rejects with a {@link SidebandError}. */
  readonly attach: (handlers: SidebandHandlers) => Promise<Sideband>;
  /** Gets the events of a sideband that is attached only to end the call. */
  readonly onEvent: (event: UnknownRecord) => void;
}

/** Result of asking a provider to end a call. */
export type EndResult =
  /** Confirmed, or the provider no longer knows it. */
  | { readonly kind: 'ended'; readonly because: 'confirmed' | 'unknown-call' }
  /** The provider ends the call later. An event on the sideband of the supervisor confirms it. */
  | { readonly kind: 'requested' }
  | {
      readonly kind: 'failed';
      readonly status: number | undefined;
      readonly retryAfterMs: number | undefined;
      readonly cause?: unknown;
    };

/** What a server event means for a supervisor. */
export type CallSignal =
  /** The user or the model started or stopped being active. `key` identifies what runs: a response, its playback, or the user's speech. */
  | { readonly type: 'activity'; readonly change: 'started' | 'stopped'; readonly key: string }
  /** Something happened, such as a typed message: the idle time starts again. */
  | { readonly type: 'touched' }
  /** The page has connected, which is not a sign of a conversation. */
  | { readonly type: 'connected' }
  /** What the provider has billed so far, in seconds. `final`: this is the whole call. */
  | {
      readonly type: 'seconds';
      readonly total: number | undefined;
      readonly state: 'running' | 'final';
    }
  | { readonly type: 'usage'; readonly key: string; readonly usage: BillableUsage }
  /** The session as it is now. */
  | { readonly type: 'session'; readonly session: UnknownRecord }
  /** A response in the conversation. Responses outside of it raise `activity` only. */
  | { readonly type: 'response-started'; readonly responseId: string }
  | {
      readonly type: 'response-done';
      readonly responseId: string;
      readonly functionCalls: readonly FunctionCall[];
    }
  /** The output of a function call is in the conversation, from any sender. */
  | { readonly type: 'function-output'; readonly callId: string }
  | {
      readonly type: 'transcript';
      readonly role: 'user' | 'assistant';
      readonly text: string;
      /** The part of the conversation it belongs to, if the provider names one. */
      readonly itemId?: string;
    }
  | {
      readonly type: 'ended';
      readonly detail: string;
      readonly by: 'page' | 'provider';
      /** `yes`: the call has ended. `no`: it must be ended. */
      readonly proof: 'yes' | 'no';
    };

export interface FunctionCall {
  /** `call_…`: the id that the output must name. */
  readonly callId: string;
  readonly name: string;
  /** JSON, as the model wrote it. */
  readonly arguments: string;
}

/** The argument of `cost`. Always what was used since the last time, never a running total. */
export type BillableUsage =
  | { readonly type: 'response'; readonly model: string; readonly usage: UnknownRecord }
  | { readonly type: 'transcription'; readonly model: string; readonly usage: UnknownRecord }
  | { readonly type: 'seconds'; readonly model: string; readonly seconds: number };

/** What the meaning of an event depends on. */
export interface InterpretedCall {
  /** Model of the session as it was created. */
  readonly model: string | undefined;
  /** The newest session of a `session` signal; until then, the session as it was created. It names the model of transcriptions. */
  readonly session: UnknownRecord | undefined;
}

/** A provider that creates calls. Created by `openaiCalls()`, `azureCalls()`, `openaiLive()` and `azureLive()`. */
export interface CallUpstream {
  /** The API whose sessions it creates and whose events it understands. */
  readonly api: 'realtime' | 'live';
  /** Time after which the provider has ended every call by itself, in milliseconds. */
  readonly capMs: number;
  /** What happens when a page changes the session. */
  readonly pageUpdates: 'restore' | 'end' | 'allow';
  /** `during-call`: the supervisor stays attached to each call. `at-end`: it attaches only to end the call. */
  readonly sideband: 'during-call' | 'at-end';
  /** Time limit for one attempt to end a call, in milliseconds. */
  readonly endTimeoutMs: number;
  /** How much of a call is billed at least, in seconds. `undefined`: time is not billed. */
  readonly minimumSeconds: number | undefined;
  /**
   * Sends one request, which is never repeated.
   *
   * @throws ProblemError `upstream_*` if no call was created, `outcome_unknown` if one may have been.
   */
  create(offer: CallOffer, context: UpstreamContext): Promise<CreatedUpstreamCall>;
  /**
   * Attaches to a running call. One attempt.
   *
   * @throws SidebandError
   */
  attach(id: string, handlers: SidebandHandlers, context: UpstreamContext): Promise<Sideband>;
  /** Asks the provider to end a call. One attempt. Never rejects. */
  end(call: CallToEnd, context: UpstreamContext): Promise<EndResult>;
  /** Translates a server event. Never throws, whatever the event contains. */
  interpret(event: UnknownRecord, call: InterpretedCall): readonly CallSignal[];
  /** The event that answers a function call. */
  functionOutput(callId: string, output: string): UnknownRecord;
  /** The event that asks the model to respond. */
  respond(): UnknownRecord;
  /** The event that sets the session. `undefined` if a session cannot be set while it runs. */
  updateSession(session: UnknownRecord): UnknownRecord | undefined;
}
