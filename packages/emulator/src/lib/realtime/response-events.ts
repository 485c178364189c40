import type { RealtimeResponseStatus, RealtimeResponseUsage } from 'openai/resources/realtime/realtime';
import type { Item } from './items.ts';
import type { ReplyEnding } from './reply-plan.ts';
import type { ResponseOptions } from './response-options.ts';
import type { ResponseObject } from './server-events.ts';

/** A response while it is being created. */
export interface ResponseInfo {
  /** `resp_…` */
  readonly id: string;
  /** `conv_…`, or `null` for a response outside the conversation. */
  readonly conversationId: string | null;
  readonly options: ResponseOptions;
}

/** How a response ended. */
export type ResponseOutcome =
  ReplyEnding | { readonly status: 'cancelled'; readonly reason: 'client_cancelled' | 'turn_detected' };

/** What a response has when it ends. */
export interface ResponseResult {
  readonly outcome: ResponseOutcome;
  readonly output: readonly Item[];
  readonly usage: RealtimeResponseUsage;
}

/** Builds the `response` member of `response.created` (no result yet) and `response.done`. */
export function toResponseObject(
  { id, conversationId, options }: ResponseInfo,
  result: ResponseResult | undefined,
): ResponseObject {
  const { modality, maxOutputTokens, metadata, format, voice } = options;
  return {
    object: 'realtime.response',
    id,
    status: result?.outcome.status ?? 'in_progress',
    status_details: result === undefined ? null : toStatusDetails(result.outcome),
    output: [...(result?.output ?? [])] as ResponseObject['output'] & object, // compared with the official types by a test
    conversation_id: conversationId,
    output_modalities: [modality],
    max_output_tokens: maxOutputTokens,
    audio: { output: { format, voice } },
    usage: result?.usage ?? null,
    metadata,
  };
}

function toStatusDetails(outcome: ResponseOutcome): RealtimeResponseStatus | null {
  switch (outcome.status) {
    case 'cancelled':
    case 'incomplete':
      return { type: outcome.status, reason: outcome.reason };
    case 'failed':
      return { type: 'failed', error: outcome.error };
    case 'completed':
      return null;
  }
}
