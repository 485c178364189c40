import type { FunctionTool, RealtimeTool, ToolChoice } from '@realtime-session/protocol';
import { isRecord } from '../shared/json.ts';
import type { UserInput } from './items.ts';

const MAX_QUOTE_LENGTH = 200;
const MAX_ARGUMENT_DEPTH = 8;

/** The content of a response. `args` is JSON. */
export type Reply =
  | { readonly kind: 'message'; readonly text: string }
  | { readonly kind: 'function-call'; readonly name: string; readonly args: string };

export interface ReplyOptions {
  readonly input: UserInput | undefined;
  readonly tools: readonly RealtimeTool[];
  readonly toolChoice: ToolChoice | undefined;
}

/** Repeats the input. Calls a function if the tool choice requires it or the input mentions its name. */
export function chooseReply(options: ReplyOptions): Reply {
  const { input } = options;
  const tool = input?.kind === 'function-output' ? undefined : chooseFunction(options);
  if (tool?.name === undefined) return { kind: 'message', text: replyText(input) };
  return {
    kind: 'function-call',
    name: tool.name,
    args: JSON.stringify(createExampleArguments(tool.parameters)),
  };
}

function chooseFunction({ tools, toolChoice = 'auto', input }: ReplyOptions): FunctionTool | undefined {
  const functions = tools.filter((tool): tool is FunctionTool => tool.type !== 'mcp');
  if (toolChoice === 'required') return functions[0];
  if (toolChoice === 'none') return undefined;
  if (toolChoice !== 'auto')
    return toolChoice.type === 'function'
      ? functions.find(({ name }) => name === toolChoice.name)
      : undefined;
  if (input?.kind !== 'text') return undefined;
  const { text } = input;
  return functions.find(({ name }) => name !== undefined && text.includes(name));
}

function replyText(input: UserInput | undefined): string {
  switch (input?.kind) {
    case 'text':
      return `You said: ${input.text.slice(0, MAX_QUOTE_LENGTH)}`;
    case 'function-output':
      return `The tool said: ${input.text.slice(0, MAX_QUOTE_LENGTH)}`;
    case 'audio':
      return 'I heard you speak.';
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
