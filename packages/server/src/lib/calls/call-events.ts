import type { CallEndReason } from './call-end.ts';
import type { CallUsage } from './call-store.ts';
import type { BillableUsage } from './call-upstream.ts';

/** The fields of every event about a call. No event contains a key, SDP, instructions or the provider's id of the call. */
export interface CallEventBase {
  /** Id of the call, as in `?call=`. */
  readonly call: string;
  /** HMAC of the principal's id, the same as in audit events, if `safetyIdentifierKey` is set. */
  readonly principal: string | undefined;
  /** When it happened, in milliseconds since 1970. */
  readonly atMs: number;
}

/** The provider created a call. */
export interface CallStartedEvent extends CallEventBase {
  /** Always `call-started`. */
  readonly type: 'call-started';
  /** Id of the request that created it. */
  readonly requestId: string;
  /** Model of the session. */
  readonly model: string | undefined;
}

/** This process took a call over from another, which stopped or was lost. */
export interface CallResumedEvent extends CallEventBase {
  /** Always `call-resumed`. */
  readonly type: 'call-resumed';
}

/** A response, a transcription, or, on Live, time was paid for. */
export interface CallUsageEvent extends CallEventBase {
  /** Always `usage`. */
  readonly type: 'usage';
  /** What was used. */
  readonly usage: BillableUsage;
  /** Its cost, in the unit of `cost`. `undefined` without a budget or a price. */
  readonly cost: number | undefined;
  /** What the call has used so far. */
  readonly total: CallUsage;
}

/** A limit will end the call soon. */
export interface CallLimitNearEvent extends CallEventBase {
  /** Always `limit-near`. */
  readonly type: 'limit-near';
  /** Which one. */
  readonly limit: 'duration' | 'budget';
  /** With `duration`, milliseconds; with `budget`, in the unit of `cost`. */
  readonly left: number;
}

/** A tool failed. The model was answered with a fixed sentence, and the call continues. */
export interface CallToolFailedEvent extends CallEventBase {
  /** Always `tool-failed`. */
  readonly type: 'tool-failed';
  /** Name of the tool. */
  readonly tool: string;
  /** What went wrong. */
  readonly problem: 'threw' | 'timeout' | 'invalid-arguments' | 'not-json' | 'too-large';
  /** How to fix it. */
  readonly remedy: string;
  /** What the tool threw, as one line without secrets, as in `FailedEvent`. `undefined` if it threw nothing, and with `invalid-arguments`. */
  readonly error: string | undefined;
  /** What the tool threw. Not enumerable, so that printing or serializing the event leaves it out. */
  readonly cause?: unknown;
}

/** No sideband was attached for a while. What the call used during that time was not counted. */
export interface CallUsageGapEvent extends CallEventBase {
  /** Always `usage-gap`. */
  readonly type: 'usage-gap';
  /** Length of the gap in milliseconds; an upper bound after a takeover. */
  readonly durationMs: number;
}

/** The page changed the session. */
export interface CallPageUpdateEvent extends CallEventBase {
  /** Always `page-update`. */
  readonly type: 'page-update';
  /** What was done about it. */
  readonly action: 'restored' | 'ended';
  /** Dotted paths of the changed fields. */
  readonly paths: readonly string[];
}

/** The call used something that `cost` has no price for. */
export interface CallUnpricedEvent extends CallEventBase {
  /** Always `unpriced`. */
  readonly type: 'unpriced';
  /** What was used. */
  readonly usage: BillableUsage;
  /** How to fix it. */
  readonly remedy: string;
}

/** What was said. Only with `transcripts: 'events'`. */
export interface CallTranscriptEvent extends CallEventBase {
  /** Always `transcript`. */
  readonly type: 'transcript';
  /** Who said it. */
  readonly role: 'user' | 'assistant';
  /** The words. On Live, a piece of what was said. */
  readonly text: string;
}

/** Ending a call failed. It is tried again, and the call keeps its slot until then. */
export interface CallEndFailedEvent extends CallEventBase {
  /** Always `end-failed`. */
  readonly type: 'end-failed';
  /** Number of failed attempts. */
  readonly attempts: number;
  /** HTTP status of the provider's answer, if there was one. */
  readonly upstreamStatus: number | undefined;
  /** How to fix it. */
  readonly remedy: string;
}

/** A call cannot be ended by this process, because another API key created it. It ends at the provider's own limit. */
export interface CallUnreachableEvent extends CallEventBase {
  /** Always `call-unreachable`. */
  readonly type: 'call-unreachable';
  /** How to fix it. */
  readonly remedy: string;
}

/** A call may exist that cannot be ended, because its id is not known. It ends at the provider's own limit. */
export interface CallLostEvent extends CallEventBase {
  /** Always `call-lost`. */
  readonly type: 'call-lost';
  /** `outcome-unknown`: the provider did not answer. `creator-lost`: the process that created it was killed before it could store the id. */
  readonly because: 'outcome-unknown' | 'creator-lost';
  /** How to fix it. */
  readonly remedy: string;
}

/** The sideband could not be attached, or the store could not be reached. */
export interface CallDegradedEvent extends Omit<CallEventBase, 'call'> {
  /** Id of the call, as in `?call=`. `undefined` if it concerns all calls. */
  readonly call: string | undefined;
  /** Always `degraded`. */
  readonly type: 'degraded';
  /** What failed. */
  readonly part: 'sideband' | 'store' | 'on-call';
  /** How to fix it. */
  readonly remedy: string;
  /** The underlying error, as one line without secrets, as in `FailedEvent`. `undefined` if there is none. */
  readonly error: string | undefined;
  /** The underlying error itself. Not enumerable. */
  readonly cause?: unknown;
}

/** A call has ended, at the provider as well. Exactly one for each `call-started`, across all processes. */
export interface CallEndedEvent extends CallEventBase {
  /** Always `call-ended`. */
  readonly type: 'call-ended';
  /** Why. */
  readonly reason: CallEndReason;
  /** What the provider did, if it ended the call by itself: on Live, the reason in `session.closed`. */
  readonly detail: string | undefined;
  /** Model of the session. */
  readonly model: string | undefined;
  /** How long it lasted. */
  readonly seconds: number;
  /** What it used. */
  readonly usage: CallUsage;
}

/** What happens to a call after it was created. */
export type CallEvent =
  | CallStartedEvent
  | CallResumedEvent
  | CallUsageEvent
  | CallLimitNearEvent
  | CallToolFailedEvent
  | CallUsageGapEvent
  | CallPageUpdateEvent
  | CallUnpricedEvent
  | CallTranscriptEvent
  | CallEndFailedEvent
  | CallUnreachableEvent
  | CallLostEvent
  | CallDegradedEvent
  | CallEndedEvent;
