import type { UserInput } from './items.ts';
import type { ReplyRequest } from './reply-plan.ts';
import type { TurnConditions, TurnMatch } from '../script/script.ts';
import { toPattern } from '../script/text-pattern.ts';

/** What a turn is matched against. */
export interface TurnSubject {
  readonly input: UserInput | undefined;
  /** Number of the user's newest message, 0 before the first one. */
  readonly turn: number;
  /** Number of the spoken turn that is the newest input, if it is one. */
  readonly spoken: number | undefined;
  readonly metadata: Readonly<Record<string, string>>;
}

export function toSubject(
  { input, context, options }: ReplyRequest,
  spokenTurns: ReadonlyMap<string, number>,
): TurnSubject {
  const messages = context.filter(({ item }) => item.type === 'message' && item.role === 'user');
  return {
    input,
    turn: messages.length,
    spoken: input === undefined ? undefined : spokenTurns.get(input.itemId),
    metadata: options.metadata ?? {},
  };
}

export function matchesTurn(subject: TurnSubject, when: TurnMatch): boolean {
  if (when === 'any') return true;
  if (when === 'start') return subject.input === undefined;
  if (typeof when === 'string' || when instanceof RegExp) return isSaid(subject, when);
  return meetsConditions(subject, when);
}

function meetsConditions(subject: TurnSubject, conditions: TurnConditions): boolean {
  return [meetsNumbers, meetsKinds, meetsTexts, meetsMetadata].every((meets) => meets(subject, conditions));
}

function meetsTexts(subject: TurnSubject, { says, exactly, output }: TurnConditions): boolean {
  const { input } = subject;
  if (says !== undefined && !isSaid(subject, says)) return false;
  if (exactly !== undefined && !(isMessage(input) && input.text === exactly)) return false;
  return output === undefined || (input?.kind === 'function-output' && contains(input.text, output));
}

function meetsMetadata(subject: TurnSubject, { metadata = {} }: TurnConditions): boolean {
  return Object.entries(metadata).every(([name, value]) => subject.metadata[name] === value);
}

function meetsNumbers(subject: TurnSubject, { turn, spoken }: TurnConditions): boolean {
  if (turn !== undefined && (turn !== subject.turn || !isMessage(subject.input))) return false;
  return spoken === undefined || spoken === subject.spoken;
}

function meetsKinds({ input }: TurnSubject, { input: kind, outputOf }: TurnConditions): boolean {
  if (outputOf !== undefined && input?.functionName !== outputOf) return false;
  return kind === undefined || kind === (input?.kind ?? 'none');
}

function isSaid({ input }: TurnSubject, pattern: string | RegExp): boolean {
  return isMessage(input) && contains(input.text, pattern);
}

function contains(text: string, pattern: string | RegExp): boolean {
  return toPattern(pattern)?.(text) === true;
}

function isMessage(input: UserInput | undefined): input is UserInput {
  return input !== undefined && input.kind !== 'function-output';
}
