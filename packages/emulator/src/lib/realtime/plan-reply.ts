import type { FunctionTool } from '@realtime-session/protocol';
import { isRecord } from '../shared/json.ts';
import type { UserInput } from './items.ts';
import type { ReplyPlan, ReplyPlanner, ReplyRequest } from './reply-plan.ts';

const MAX_QUOTE_LENGTH = 200;
const MAX_ARGUMENT_DEPTH = 8;

/** The planner of sessions without a script. It repeats what the user said and measures audio without recognizing it. */
export const defaultPlanner: ReplyPlanner = {
  planReply,
  transcribe: () => 'something you said',
};

/** Repeats the input. Calls functions if the tool choice requires it or the input mentions their names. */
function planReply(request: ReplyRequest): ReplyPlan {
  const functions = chooseFunctions(request);
  if (functions.length === 0) return { items: [{ kind: 'message', text: replyText(request.input) }] };
  return {
    items: functions.map(({ name = '', parameters }) => ({
      kind: 'function-call',
      name,
      args: JSON.stringify(createExampleArguments(parameters)),
    })),
  };
}

function chooseFunctions({ input, options }: ReplyRequest): readonly FunctionTool[] {
  if (input?.kind === 'function-output') return [];
  const { tools, toolChoice } = options;
  const functions = tools.filter((tool): tool is FunctionTool => tool.type !== 'mcp');
  if (toolChoice === 'none') return [];
  if (toolChoice === 'required') return functions.slice(0, 1);
  if (toolChoice !== 'auto')
    return toolChoice.type === 'function' ? functions.filter(({ name }) => name === toolChoice.name) : [];
  const mentioned = functions.filter(({ name }) => name !== undefined && input?.text.includes(name));
  return options.functionCalls === 'one' ? mentioned.slice(0, 1) : mentioned;
}

function replyText(input: UserInput | undefined): string {
  const quote = input?.text.slice(0, MAX_QUOTE_LENGTH) ?? '';
  switch (input?.kind) {
    case 'text':
      return `You said: ${quote}`;
    case 'function-output':
      return `The tool said: ${quote}`;
    case 'image':
      return quote === '' ? 'I see your image.' : `I see your image. You said: ${quote}`;
    case 'audio':
      return quote === '' ? 'Are you still there?' : 'I heard you speak.';
    case undefined:
      return 'Hello from the local emulator.';
  }
}

/** Creates arguments that match a JSON Schema: every required member, with the first value its schema allows. */
function createExampleArguments(schema: unknown): unknown {
  const value = createExample(schema, 0);
  return isRecord(value) ? value : {};
}

function createExample(schema: unknown, depth: number): unknown {
  if (!isRecord(schema) || depth > MAX_ARGUMENT_DEPTH) return null;
  if (Array.isArray(schema['enum']) && schema['enum'].length > 0) return schema['enum'][0];
  if ('const' in schema) return schema['const'];
  switch (schema['type']) {
    case 'object':
      return createExampleObject(schema, depth);
    case 'array':
      return [];
    case 'string':
      return 'example';
    case 'number':
    case 'integer':
      return typeof schema['minimum'] === 'number' ? schema['minimum'] : 1;
    case 'boolean':
      return true;
    default:
      return null;
  }
}

function createExampleObject(schema: Readonly<Record<string, unknown>>, depth: number): object {
  const properties = isRecord(schema['properties']) ? schema['properties'] : {};
  const required: unknown[] = Array.isArray(schema['required']) ? schema['required'] : [];
  const names = required.filter((name): name is string => typeof name === 'string');
  return Object.fromEntries(names.map((name) => [name, createExample(properties[name], depth + 1)]));
}
