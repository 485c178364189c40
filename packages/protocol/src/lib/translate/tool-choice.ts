import type { ToolChoice } from '../client-secrets/tools.ts';

/**
 * A mode stays a mode; any other word is the name of a function.
 *
 * @param choice - `tool_choice` of the documented call.
 */
export function nestToolChoice(choice: string): ToolChoice {
  return isMode(choice) ? choice : { type: 'function', name: choice };
}

/**
 * The documented call has words only: an MCP choice, and a function named like a mode, cannot be said.
 *
 * @param choice - `tool_choice` of the live call.
 * @returns The word, or `undefined` when there is none.
 */
export function flattenToolChoice(choice: ToolChoice): string | undefined {
  if (typeof choice === 'string') return choice;
  return choice.type === 'function' && !isMode(choice.name) ? choice.name : undefined;
}

function isMode(choice: string): choice is 'auto' | 'none' | 'required' {
  return choice === 'auto' || choice === 'none' || choice === 'required';
}
