import { isRecord } from '../validate.ts';
import type { UnknownRecord } from '../validate.ts';
import type { ResolvedCallLimits } from './call-service.ts';
import type { BillableUsage } from './call-upstream.ts';

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

/**
 * Makes sure that everything a session will pay for has a price, because usage without one would end the call.
 *
 * @throws TypeError Names the model and the remedy.
 */
export function checkPriced(budget: Budget | undefined, session: UnknownRecord): void {
  if (budget === undefined || budget.unpriced === 'allow') return;
  for (const usage of usagesOf(session)) checkPrice(budget.cost, usage);
}
