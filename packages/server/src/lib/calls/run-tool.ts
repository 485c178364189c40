import { scrub } from '../report-text.ts';
import { parseJsonObject } from '../request/body.ts';
import type { Principal } from '../request-context.ts';
import { DeadlineError, withDeadline } from './call-clock.ts';
import type { CallToolFailedEvent } from './call-events.ts';
import type { CallClock, CallTool, ToolContext } from './call-options.ts';

type ToolProblem = CallToolFailedEvent['problem'];

/** A tool that failed, and what the model learns. */
export interface FailedTool {
  readonly kind: 'failed';
  readonly output: string;
  readonly problem: ToolProblem;
  readonly cause: unknown;
}

export type ToolResult = { readonly kind: 'output'; readonly output: string } | FailedTool;

export interface ToolCall<P extends Principal> {
  readonly tool: CallTool<P>;
  /** JSON, as the model wrote it. */
  readonly arguments: string;
  readonly principal: P;
  readonly call: string;
  /** Aborted when the call ends. */
  readonly signal: AbortSignal;
  readonly clock: CallClock;
}

const DEFAULT_TIMEOUT_MS = 10_000;

/** Longer arguments and outputs are refused: all of it is sent to the model again with each response. */
const MAX_BYTES = 65_536;

/** What the model learns if a tool fails. Nothing of the error, which may contain secrets. */
const sentences: Readonly<Record<ToolProblem, string>> = {
  threw: 'The function failed. Its result is not available.',
  timeout: 'The function took too long. Its result is not available.',
  'invalid-arguments': 'The arguments of the function are not valid.',
  'not-json': 'The function failed. Its result is not available.',
  'too-large': 'The result of the function is too large. It is not available.',
};

/** A tool that failed. */
class ToolError extends Error {
  readonly problem: ToolProblem;

  constructor(problem: ToolProblem, cause?: unknown) {
    super(`The tool failed: ${problem}.`, { cause });
    this.name = 'ToolError';
    this.problem = problem;
  }
}

const encoder = new TextEncoder();

async function parseArguments<P extends Principal>({ tool, arguments: text }: ToolCall<P>): Promise<unknown> {
  const bytes = encoder.encode(text.trim() === '' ? '{}' : text);
  if (bytes.byteLength > MAX_BYTES) throw new ToolError('invalid-arguments');
  try {
    const result = await tool.parameters['~standard'].validate(parseJsonObject(bytes));
    if (result.issues === undefined) return result.value;
    throw new ToolError('invalid-arguments', result.issues);
  } catch (thrown) {
    throw thrown instanceof ToolError ? thrown : new ToolError('invalid-arguments', thrown);
  }
}

/** Serializes a result. A tool without one answers `null`. */
function serialize(result: unknown): string {
  let output: unknown;
  try {
    output = JSON.stringify(result ?? null);
  } catch (cause) {
    throw new ToolError('not-json', cause);
  }
  // Functions and symbols have no JSON.
  if (typeof output !== 'string') throw new ToolError('not-json');
  if (encoder.encode(output).byteLength > MAX_BYTES) throw new ToolError('too-large');
  return output;
}

async function execute<P extends Principal>(toolCall: ToolCall<P>, signal: AbortSignal): Promise<string> {
  const { tool, principal, call } = toolCall;
  const value = await parseArguments(toolCall);
  // `run` has its own type of arguments, which `parameters` has just checked.
  const run = tool.run as (args: unknown, context: ToolContext<P>) => unknown;
  return serialize(await run(value, { principal, call, signal }));
}

/** Runs one function call of the model, whose result is late even if it ignores its signal. Never rejects. */
export async function runTool<P extends Principal>(toolCall: ToolCall<P>): Promise<ToolResult> {
  const { tool, clock, signal } = toolCall;
  try {
    const output = await withDeadline(clock, tool.timeoutMs ?? DEFAULT_TIMEOUT_MS, (deadline) =>
      execute(toolCall, AbortSignal.any([deadline, signal])),
    );
    return { kind: 'output', output };
  } catch (thrown) {
    return toFailure(thrown instanceof DeadlineError ? new ToolError('timeout') : thrown);
  }
}

const remedies: Readonly<Record<ToolProblem, string>> = {
  threw: 'threw an error; correct its `run`',
  timeout:
    'did not finish within its `timeoutMs`; pass on the signal that `run` receives, or raise the limit',
  'invalid-arguments':
    'was called with arguments that its `parameters` refuse; describe them better, or accept them',
  'too-large': 'returned more than a function output may contain; let `run` return less',
  'not-json': 'returned something that JSON does not have; let `run` return a JSON value',
};

/** What the owner can do about a tool that failed. */
export function toolRemedy(name: string, problem: ToolProblem): string {
  return `The tool \`${scrub(name)}\` ${remedies[problem]}.`;
}

/** What the model learns of a tool that failed. */
export function toFailure(thrown: unknown): FailedTool {
  const isOwn = thrown instanceof ToolError;
  const problem = isOwn ? thrown.problem : 'threw';
  const output = JSON.stringify({ error: sentences[problem] });
  return { kind: 'failed', output, problem, cause: isOwn ? thrown.cause : thrown };
}
