import type { TokenCounts } from '../realtime/reply-plan.ts';
import { countTextTokens } from '../realtime/usage.ts';
import type { CreateId } from '../shared/create-id.ts';
import { isRecord } from '../shared/json.ts';

/** What a response of the backend consists of. */
export type DelegatedOutput =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'function-call'; readonly name: string; readonly args: string; readonly callId: string };

export interface DelegatedResponse {
  /** `resp_…` */
  readonly id: string;
  readonly model: string;
  readonly createdAtSeconds: number;
  /** What the model read: four characters count as a token. */
  readonly prompt: string;
  readonly output: DelegatedOutput;
  readonly usage: Partial<TokenCounts>;
}

interface NestedEvent {
  readonly type: string;
  readonly [member: string]: unknown;
}

/**
 * Returns the events of the Responses API that a `response.event` carries, in order. The snapshots of the response omit its input, and
 * its instructions, tools and output are empty, as documented.
 */
export function toNestedEvents(response: DelegatedResponse, createId: CreateId): readonly NestedEvent[] {
  const running = toSnapshot(response, 'in_progress');
  const events: readonly NestedEvent[] = [
    { type: 'response.created', response: running },
    { type: 'response.in_progress', response: running },
    ...toOutputEvents(response.output, createId),
    {
      type: 'response.completed',
      response: { ...toSnapshot(response, 'completed'), usage: countUsage(response) },
    },
  ];
  return events.map((event, sequence_number) => ({ ...event, sequence_number }));
}

function toSnapshot({ id, model, createdAtSeconds }: DelegatedResponse, status: string): object {
  return {
    id,
    object: 'response',
    created_at: createdAtSeconds,
    status,
    model,
    error: null,
    incomplete_details: null,
    instructions: null,
    metadata: {},
    output: [],
    parallel_tool_calls: true,
    temperature: null,
    tool_choice: 'auto',
    tools: [],
    top_p: null,
    usage: null,
  };
}

function toOutputEvents(output: DelegatedOutput, createId: CreateId): readonly NestedEvent[] {
  const position = { output_index: 0 };
  if (output.kind === 'function-call') {
    const call = { type: 'function_call', id: createId('fc'), call_id: output.callId, name: output.name };
    const place = { ...position, item_id: call.id };
    return [
      {
        type: 'response.output_item.added',
        ...position,
        item: { ...call, arguments: '', status: 'in_progress' },
      },
      { type: 'response.function_call_arguments.delta', ...place, delta: output.args },
      { type: 'response.function_call_arguments.done', ...place, name: output.name, arguments: output.args },
      {
        type: 'response.output_item.done',
        ...position,
        item: { ...call, arguments: output.args, status: 'completed' },
      },
    ];
  }
  const message = { type: 'message', id: createId('msg'), role: 'assistant' };
  const part = { type: 'output_text', text: output.text, annotations: [], logprobs: [] };
  const place = { ...position, item_id: message.id, content_index: 0 };
  return [
    {
      type: 'response.output_item.added',
      ...position,
      item: { ...message, content: [], status: 'in_progress' },
    },
    { type: 'response.content_part.added', ...place, part: { ...part, text: '' } },
    { type: 'response.output_text.delta', ...place, delta: output.text, logprobs: [] },
    { type: 'response.output_text.done', ...place, text: output.text, logprobs: [] },
    { type: 'response.content_part.done', ...place, part },
    {
      type: 'response.output_item.done',
      ...position,
      item: { ...message, content: [part], status: 'completed' },
    },
  ];
}

/** The usage of the Responses API. The sums always match their parts. */
function countUsage({ prompt, output, usage }: DelegatedResponse): object {
  const input_tokens = usage.inputText ?? countTextTokens(prompt);
  const written = output.kind === 'text' ? output.text : output.name + output.args;
  const output_tokens = usage.outputText ?? countTextTokens(written);
  return {
    input_tokens,
    input_tokens_details: { cached_tokens: usage.cachedText ?? 0, cache_write_tokens: 0 },
    output_tokens,
    output_tokens_details: { reasoning_tokens: 0 },
    total_tokens: input_tokens + output_tokens,
  };
}

/** Returns what a nested event costs, if it ends a response. */
export function readDelegatedUsage(
  event: Readonly<Record<string, unknown>>,
):
  | { readonly key: string; readonly type: 'response'; readonly model: string; readonly usage: object }
  | undefined {
  const nested = event['type'] === 'response.event' && isRecord(event['event']) ? event['event'] : {};
  const response = nested['type'] === 'response.completed' ? nested['response'] : undefined;
  if (!isRecord(response)) return undefined;
  const { id, model, usage } = response;
  if (typeof id !== 'string' || !isRecord(usage)) return undefined;
  return { key: id, type: 'response', model: typeof model === 'string' ? model : '', usage };
}
