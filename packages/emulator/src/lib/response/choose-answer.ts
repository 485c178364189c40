import type { FunctionTool, RealtimeTool } from '@realtime-session/protocol';
import type { Heard } from '../conversation/heard.ts';
import type { EffectiveSession } from '../session/effective-session.ts';
import { exampleArguments } from './example-arguments.ts';

const MAX_QUOTE_LENGTH = 200;

/** What a response consists of. */
export type Answer =
  | {
      /** Words, written or spoken. */
      readonly kind: 'words';
      /** The words. */
      readonly text: string;
    }
  | {
      /** A call of one of the client's functions. */
      readonly kind: 'call';
      /** Its name. */
      readonly name: string;
      /** Its arguments, JSON. */
      readonly args: string;
    };

/** What a response is to, and with which tools. */
export interface Question {
  /** What was heard last. */
  readonly heard: Heard | undefined;
  /** Tools at hand. */
  readonly tools: readonly RealtimeTool[];
  /** How they are picked. */
  readonly toolChoice: ToolChoice;
}

/** How tools are picked. */
type ToolChoice = Extract<EffectiveSession, { type: 'realtime' }>['tool_choice'];

/**
 * Answers without understanding: repeats what was written, and calls a function when it has to or when the words name it.
 *
 * @param question - What was heard, and the tools.
 */
export function chooseAnswer(question: Question): Answer {
  const tool = question.heard?.kind === 'output' ? undefined : chosenFunction(question);
  if (tool?.name === undefined) return { kind: 'words', text: words(question.heard) };
  return { kind: 'call', name: tool.name, args: JSON.stringify(exampleArguments(tool.parameters)) };
}

function chosenFunction({ tools, toolChoice = 'auto', heard }: Question): FunctionTool | undefined {
  const functions = tools.filter(isFunction);
  if (toolChoice === 'required') return functions[0];
  if (toolChoice === 'none') return undefined;
  if (toolChoice !== 'auto')
    return toolChoice.type === 'function'
      ? functions.find(({ name }) => name === toolChoice.name)
      : undefined;
  if (heard?.kind !== 'text') return undefined;
  const { text } = heard;
  return functions.find(({ name }) => name !== undefined && text.includes(name));
}

function isFunction(tool: RealtimeTool): tool is FunctionTool {
  return tool.type !== 'mcp';
}

function words(heard: Heard | undefined): string {
  switch (heard?.kind) {
    case 'text':
      return `You said: ${heard.text.slice(0, MAX_QUOTE_LENGTH)}`;
    case 'output':
      return `The tool said: ${heard.text.slice(0, MAX_QUOTE_LENGTH)}`;
    case 'sound':
      return 'I heard you speak.';
    case undefined:
      return 'Hello from the local emulator.';
  }
}
