import { matchesSession } from '../script/session-match.ts';
import type { MatchableSession } from '../script/session-match.ts';
import { defaultPlanner } from './plan-reply.ts';
import type { ReplyEnding, ReplyItem, ReplyPlan, ReplyPlanner, ReplyRequest } from './reply-plan.ts';
import { matchesTurn, toSubject } from './match-turn.ts';
import type { TurnSubject } from './match-turn.ts';
import type {
  ConversationScript,
  ScriptCall,
  ScriptReply,
  ScriptTurn,
  UnmatchedTurn,
} from '../script/script.ts';
import type { ScriptRegistry } from '../script/script-registry.ts';

const MAX_QUOTE_LENGTH = 200;

/** The planner of one session. */
export interface ScriptPlanner extends ReplyPlanner {
  /** Gives the session scripts of its own, which come before those of the emulator. */
  readonly setScripts: (scripts: readonly ConversationScript[]) => void;
}

/** A reply that follows when the calls before it have their outputs. */
interface Continuation {
  readonly reply: ScriptReply;
  readonly functionNames: readonly string[];
}

/** Follows the scripts for a session; without a turn that matches, it replies like an emulator without a script. */
export function createScriptPlanner(registry: ScriptRegistry, target: MatchableSession): ScriptPlanner {
  let ownScripts: readonly ConversationScript[] = [];
  let continuation: Continuation | undefined;
  const spokenTurns = new Map<string, number>();
  const uses = new Map<ScriptTurn, number>();

  const scripts = (): readonly ConversationScript[] => [
    ...ownScripts,
    ...registry.list().filter((script) => matchesSession(target, script.for ?? {})),
  ];
  const findTurn = (
    subject: TurnSubject,
    accepts: (turn: ScriptTurn) => boolean = () => true,
  ): ScriptTurn | undefined =>
    scripts()
      .flatMap(({ turns }) => turns)
      .find(
        (turn) =>
          (uses.get(turn) ?? 0) < (turn.times ?? Infinity) &&
          accepts(turn) &&
          matchesTurn(subject, turn.when),
      );
  const follow = (reply: ScriptReply): ReplyPlan => {
    const functionNames = toCalls(reply).map(({ name }) => name);
    continuation = reply.then === undefined ? undefined : { reply: reply.then, functionNames };
    return toPlan(reply);
  };

  return {
    setScripts(replacement) {
      ownScripts = replacement;
    },
    planReply(request) {
      const calls = continuation === undefined ? 'answered' : getCallState(request, continuation);
      if (continuation !== undefined && calls === 'answered') return follow(continuation.reply);
      const subject = toSubject(request, spokenTurns);
      const turn = findTurn(subject);
      if (turn !== undefined) {
        uses.set(turn, (uses.get(turn) ?? 0) + 1);
        return follow(turn);
      }
      const isError = scripts().some(({ onUnmatched }) => onUnmatched === 'error');
      if (!isError || calls === 'waiting') return defaultPlanner.planReply(request);
      registry.addUnmatched(toUnmatchedTurn(subject, target));
      return { error: { code: 'unmatched_turn', message: describeUnmatched(subject) } };
    },
    transcribe(spokenTurn) {
      const { itemId } = spokenTurn;
      const spoken = spokenTurns.get(itemId) ?? spokenTurns.size + 1;
      spokenTurns.set(itemId, spoken);
      const labels = scripts().map(({ transcripts = [] }) => transcripts[spoken - 1]);
      const input = { kind: 'audio', text: '', itemId } as const;
      const subject = { input, turn: 0, spoken, metadata: {} };
      const turn = findTurn(subject, (candidate) => candidate.transcript !== undefined);
      return (
        labels.find((label) => label !== undefined) ??
        turn?.transcript ??
        defaultPlanner.transcribe(spokenTurn)
      );
    },
  };
}

/** Whether the newest input is the output of one of the calls, and whether all of them have one. */
function getCallState(
  { input, context }: ReplyRequest,
  { functionNames }: Continuation,
): 'answered' | 'waiting' | 'other' {
  if (input?.functionName === undefined || !functionNames.includes(input.functionName)) return 'other';
  const calls = context.flatMap(({ item }) => (item.type === 'function_call' ? [item.call_id] : []));
  const answered = new Set(
    context.flatMap(({ item }) => (item.type === 'function_call_output' ? [item.call_id] : [])),
  );
  return calls.slice(-functionNames.length).every((id) => answered.has(id ?? '')) ? 'answered' : 'waiting';
}

function toPlan(reply: ScriptReply): ReplyPlan {
  const { answer, delayMs, usage } = reply;
  const calls = toCalls(reply).map(({ name, arguments: args = {} }): ReplyItem => ({
    kind: 'function-call',
    name,
    args: typeof args === 'string' ? args : JSON.stringify(args),
  }));
  return {
    items: [...(answer === undefined ? [] : [{ kind: 'message', text: answer } as const]), ...calls],
    ...(delayMs === undefined ? {} : { delayMs }),
    ...(usage === undefined ? {} : { usage }),
    ending: toEnding(reply),
  };
}

function toCalls({ call = [] }: ScriptReply): readonly ScriptCall[] {
  return 'name' in call ? [call] : call;
}

function toEnding({ status = 'completed', reason = 'max_output_tokens', error }: ScriptReply): ReplyEnding {
  switch (status) {
    case 'completed':
      return { status };
    case 'incomplete':
      return { status, reason };
    case 'failed': {
      const message = 'The server had an error while it processed your request.';
      return { status, error: { type: 'server_error', code: 'server_error', message, ...error } };
    }
  }
}

function toUnmatchedTurn({ input, turn }: TurnSubject, { session }: MatchableSession): UnmatchedTurn {
  return { sessionId: session.id, turn, input: input?.kind ?? 'none', text: input?.text ?? '' };
}

function describeUnmatched({ input, turn }: TurnSubject): string {
  const remedy = 'add a turn to the script, or set its onUnmatched to "default".';
  if (input === undefined)
    return `No turn of the script matches a response before the user has said anything; ${remedy}`;
  const quote = JSON.stringify(input.text.slice(0, MAX_QUOTE_LENGTH));
  if (input.kind === 'function-output')
    return `No turn of the script matches the output of ${input.functionName ?? 'a function'} in turn ${String(turn)}, ${quote}; ${remedy}`;
  return `No turn of the script matches turn ${String(turn)}, in which the user said ${quote} (${input.kind}); ${remedy}`;
}
