import type { ConversationScript, UnmatchedTurn } from './script.ts';

const MAX_UNMATCHED_TURNS = 1_000;

/** The scripts of an emulator. */
export interface ScriptRegistry {
  /** Replaces the scripts, and forgets the unmatched turns. */
  set(scripts: readonly ConversationScript[]): void;
  list(): readonly ConversationScript[];
  addUnmatched(turn: UnmatchedTurn): void;
  /** The newest 1,000 unmatched turns since the scripts were set. */
  unmatched(): readonly UnmatchedTurn[];
}

export function createScriptRegistry(initial: readonly ConversationScript[]): ScriptRegistry {
  let scripts = initial;
  let unmatched: readonly UnmatchedTurn[] = [];
  return {
    set(replacement) {
      scripts = replacement;
      unmatched = [];
    },
    list: () => scripts,
    addUnmatched(turn) {
      unmatched = [...unmatched, turn].slice(-MAX_UNMATCHED_TURNS);
    },
    unmatched: () => unmatched,
  };
}
