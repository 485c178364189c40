import { issuePaths } from '@realtime-session/protocol';
import { z } from 'zod';
import { EmulatorOptionError } from '../shared/option-error.ts';
import { sessionMatchSchema } from './session-match.ts';
import type { ConversationScript, ScriptReply, ScriptTurn } from './script.ts';
import { toPattern } from './text-pattern.ts';

const MAX_LISTED_ISSUES = 5;

const text = z.string().min(1);
const number = z.int().min(1);
const tokens = z.int().min(0).exactOptional();
const textPattern = z
  .union([text, z.instanceof(RegExp)])
  .refine((value) => toPattern(value) !== undefined, 'must be a valid regular expression, or a text');

const conditionsSchema = z.strictObject({
  says: textPattern.exactOptional(),
  exactly: z.string().exactOptional(),
  turn: number.exactOptional(),
  spoken: number.exactOptional(),
  input: z.enum(['text', 'audio', 'image', 'function-output', 'none']).exactOptional(),
  outputOf: text.exactOptional(),
  output: textPattern.exactOptional(),
  metadata: z.record(z.string(), z.string()).exactOptional(),
});

const callSchema = z.strictObject({
  name: text,
  arguments: z.union([z.record(z.string(), z.unknown()), z.string()]).exactOptional(),
});

const usageSchema = z.strictObject({
  inputText: tokens,
  inputAudio: tokens,
  inputImage: tokens,
  cachedText: tokens,
  cachedAudio: tokens,
  cachedImage: tokens,
  outputText: tokens,
  outputAudio: tokens,
});

const replyShape = {
  answer: z.string().exactOptional(),
  call: z.union([callSchema, z.array(callSchema).min(1)]).exactOptional(),
  get then() {
    return z.lazy(() => replySchema).exactOptional();
  },
  delayMs: z.int().min(0).max(600_000).exactOptional(),
  usage: usageSchema.exactOptional(),
  status: z.enum(['completed', 'incomplete', 'failed']).exactOptional(),
  reason: z.enum(['max_output_tokens', 'content_filter']).exactOptional(),
  error: z
    .strictObject({
      type: text.exactOptional(),
      code: text.exactOptional(),
      message: text.exactOptional(),
    })
    .exactOptional(),
};

const replySchema: z.ZodType<ScriptReply> = z.strictObject(replyShape).superRefine(checkReply);

const turnSchema: z.ZodType<ScriptTurn> = z
  .strictObject({
    ...replyShape,
    when: z.union([textPattern, conditionsSchema]),
    transcript: z.string().exactOptional(),
    times: number.max(1_000).exactOptional(),
  })
  .superRefine((turn, context) => {
    checkReply(turn, context);
    if (turn.transcript === undefined || isLabelable(turn.when)) return;
    const message = 'needs a when that does not depend on it, such as { "spoken": 1 }';
    context.addIssue({ code: 'custom', path: ['transcript'], message });
  });

const scriptSchema: z.ZodType<ConversationScript> = z.strictObject({
  for: sessionMatchSchema.exactOptional(),
  turns: z.array(turnSchema),
  transcripts: z.array(z.string()).exactOptional(),
  onUnmatched: z.enum(['default', 'error']).exactOptional(),
});

const scriptsSchema = z.union([scriptSchema, z.array(scriptSchema)]);

/** Validates a script, or a list of them. Throws {@link EmulatorOptionError} that names the path of each mistake. */
export function parseScript(input: unknown): readonly ConversationScript[] {
  const parsed = scriptsSchema.safeParse(input);
  if (parsed.success) return Array.isArray(parsed.data) ? parsed.data : [parsed.data];
  const issues = issuePaths(parsed.error, input);
  const listed = issues.slice(0, MAX_LISTED_ISSUES).map(({ path, message }) => {
    const separator = path === '' || path.startsWith('[') ? '' : '.';
    return `script${separator}${path} ${message}`;
  });
  const rest = issues.length > listed.length ? [`and ${String(issues.length - listed.length)} more`] : [];
  throw new EmulatorOptionError(`${[...listed, ...rest].join('; ')}.`);
}

/** What a member of a reply requires of the others. */
const REQUIREMENTS: readonly (readonly [keyof ScriptReply, string, (reply: ScriptReply) => boolean])[] = [
  ['reason', 'needs the status "incomplete"', ({ status }) => status === 'incomplete'],
  ['error', 'needs the status "failed"', ({ status }) => status === 'failed'],
  ['then', 'needs a call, whose output it follows', ({ call }) => call !== undefined],
];

function checkReply(reply: ScriptReply, context: z.RefinementCtx): void {
  if ((reply.answer ?? reply.call) === undefined && (reply.status ?? 'completed') === 'completed')
    context.addIssue({ code: 'custom', path: [], message: 'needs an answer, a call or a status' });
  for (const [member, message, isMet] of REQUIREMENTS) {
    if (reply[member] !== undefined && !isMet(reply))
      context.addIssue({ code: 'custom', path: [member], message });
  }
}

/** Whether it can be known, before the words are, that a turn matches. */
function isLabelable(when: ScriptTurn['when']): boolean {
  if (typeof when === 'string') return when === 'any';
  if (when instanceof RegExp) return false;
  const { says, exactly, turn, outputOf, output, metadata, input = 'audio' } = when;
  return (
    input === 'audio' &&
    [says, exactly, turn, outputOf, output, metadata].every((condition) => condition === undefined)
  );
}
