import type { Fault } from '../faults/catalog.ts';
import type { ReplyEnding, ReplyPlan } from './reply-plan.ts';

const SERVER_ERROR = {
  type: 'server_error',
  code: 'server_error',
  message: 'The server had an error while processing the response.',
};

/** A reply with a fault applied to it. */
export interface FaultyReply {
  readonly plan: ReplyPlan;
  /** Ends the response this way after its first chunk. */
  readonly cut: ReplyEnding | undefined;
}

export function applyResponseFault(plan: ReplyPlan, fault: Fault | undefined): FaultyReply {
  switch (fault) {
    case 'response-failed':
      return { plan: { items: [], ending: { status: 'failed', error: SERVER_ERROR } }, cut: undefined };
    case 'response-error':
      return { plan, cut: { status: 'failed', error: SERVER_ERROR } };
    case 'response-incomplete':
      return { plan, cut: { status: 'incomplete', reason: 'max_output_tokens' } };
    case 'content-filter':
      return { plan, cut: { status: 'incomplete', reason: 'content_filter' } };
    default:
      return { plan, cut: undefined };
  }
}
