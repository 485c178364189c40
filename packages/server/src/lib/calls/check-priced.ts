import { isRecord } from '../validate.ts';
import type { UnknownRecord } from '../validate.ts';
import type { ResolvedCallLimits } from './call-service.ts';
import type { BillableUsage, CallUpstream } from './call-upstream.ts';

type Budget = NonNullable<ResolvedCallLimits['budget']>;

/** A response that used nothing, with every documented member, because a `cost` may rely on them. */
const noResponseUsage: UnknownRecord = {
  total_tokens: 0,
  input_tokens: 0,
  output_tokens: 0,
  input_token_details: {
    text_tokens: 0,
    audio_tokens: 0,
    image_tokens: 0,
    cached_tokens: 0,
    cached_tokens_details: { text_tokens: 0, audio_tokens: 0, image_tokens: 0 },
  },
  output_token_details: { text_tokens: 0, audio_tokens: 0 },
};

const noTranscriptionUsage: UnknownRecord = {
  type: 'tokens',
  total_tokens: 0,
  input_tokens: 0,
  output_tokens: 0,
  input_token_details: { text_tokens: 0, audio_tokens: 0 },
};

function transcriptionModel({ audio }: UnknownRecord): unknown {
  const input = isRecord(audio) ? audio['input'] : undefined;
  const transcription = isRecord(input) ? input['transcription'] : undefined;
  return isRecord(transcription) ? transcription['model'] : undefined;
}

/** A response of the Responses API that used nothing. */
const noDelegationUsage: UnknownRecord = {
  total_tokens: 0,
  input_tokens: 0,
  input_tokens_details: { cached_tokens: 0 },
  output_tokens: 0,
  output_tokens_details: { reasoning_tokens: 0 },
};

/** The model of the responses to which a Live session delegates. */
function delegationModel({ delegation }: UnknownRecord): unknown {
  const responses = isRecord(delegation) ? delegation['responses'] : undefined;
  return isRecord(responses) ? responses['model'] : undefined;
}

/** What a Live session will pay for: usages of nothing. */
function liveUsagesOf(session: UnknownRecord): readonly BillableUsage[] {
  const { model } = session;
  const delegate = delegationModel(session);
  return [
    ...(typeof model === 'string' ? [{ type: 'seconds', model, seconds: 0 } as const] : []),
    ...(typeof delegate === 'string'
      ? [{ type: 'response', model: delegate, usage: noDelegationUsage } as const]
      : []),
  ];
}

/** What a session will pay for: usages of nothing. */
function usagesOf(session: UnknownRecord): readonly BillableUsage[] {
  const { model } = session;
  const input = transcriptionModel(session);
  return [
    ...(typeof model === 'string' ? [{ type: 'response', model, usage: noResponseUsage } as const] : []),
    ...(typeof input === 'string'
      ? [{ type: 'transcription', model: input, usage: noTranscriptionUsage } as const]
      : []),
  ];
}

function checkPrice(cost: Budget['cost'], usage: BillableUsage): void {
  const price: unknown = cost(usage);
  if (price === undefined) {
    throw new TypeError(
      `callLimits.budget.cost has no price for the model "${usage.model.slice(0, 64)}" (${usage.type}); use a model with a price, let \`cost\` return one, or set \`unpriced: 'allow'\`.`,
    );
  }
  if (typeof price === 'number' && Number.isFinite(price) && price >= 0) return;
  throw new TypeError(
    'callLimits.budget.cost must return a finite number, 0 or more, or undefined if there is no price; it must not be asynchronous.',
  );
}

/** The smallest cost of a call: the time that is billed in any case. 0 without a price. */
export function minimumCost(
  { minimumSeconds: seconds }: Pick<CallUpstream, 'minimumSeconds'>,
  budget: Budget | undefined,
  model: string | undefined,
): number {
  if (budget === undefined || model === undefined || seconds === undefined) return 0;
  try {
    const cost: unknown = budget.cost({ type: 'seconds', model, seconds });
    return typeof cost === 'number' && Number.isFinite(cost) && cost > 0 ? cost : 0;
  } catch {
    return 0;
  }
}

/** A call is billed at least for its minimum, so a smaller limit would end every call. */
function checkMinimum(budget: Budget, { model }: UnknownRecord, upstream: PricedUpstream): void {
  const cost = minimumCost(upstream, budget, typeof model === 'string' ? model : undefined);
  const limits = [
    ['perCall', budget.perCall],
    ['perPrincipal.max', budget.perPrincipal?.max],
  ] as const;
  for (const [name, limit] of limits) {
    if (limit === undefined || limit > cost) continue;
    throw new TypeError(
      `callLimits.budget.${name} must be more than ${cost}, which a call costs at least: ${upstream.minimumSeconds ?? 0} seconds are billed when it is created.`,
    );
  }
}

type PricedUpstream = Pick<CallUpstream, 'api' | 'sideband' | 'minimumSeconds'>;

/** Without a sideband during the call, the tokens of delegation are not counted. */
function checkCountable(session: UnknownRecord, { sideband }: PricedUpstream): void {
  if (sideband === 'during-call' || delegationModel(session) === undefined) return;
  throw new TypeError(
    "callLimits.budget cannot count what `session.delegation.responses` uses with `sideband: 'at-end'`; use `sideband: 'during-call'`, or set `unpriced: 'allow'` to leave it out of the budget.",
  );
}

/**
 * Makes sure that everything a session will pay for has a price, because usage without one would end the call.
 *
 * @throws TypeError Names the model and the remedy.
 */
export function checkPriced(
  budget: Budget | undefined,
  session: UnknownRecord,
  upstream: PricedUpstream,
): void {
  if (budget === undefined) return;
  if (budget.unpriced === 'end') {
    checkCountable(session, upstream);
    const usages = upstream.api === 'live' ? liveUsagesOf(session) : usagesOf(session);
    for (const usage of usages) checkPrice(budget.cost, usage);
  }
  checkMinimum(budget, session, upstream);
}
