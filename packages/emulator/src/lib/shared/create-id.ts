import { createHash, randomBytes } from 'node:crypto';

const ID_DIGITS = 32;

/** Creates an id from a prefix, such as `sess` or `event`, an underscore and 32 hexadecimal digits. */
export type CreateId = (prefix: string) => string;

/** Where the ids of an emulator come from. */
export interface IdSource {
  readonly createId: CreateId;
  /** Returns a source for one owner, such as a session, whose ids do not depend on the ids of others. */
  fork(owner: string): IdSource;
}

/**
 * Creates random ids, or with a seed always the same ones. Each prefix has its own sequence, so that an additional event does
 * not change the ids of items.
 */
export function createIdSource(seed: string | undefined): IdSource {
  if (seed === undefined) return RANDOM_IDS;
  const counts = new Map<string, number>();
  return {
    createId(prefix) {
      const count = (counts.get(prefix) ?? 0) + 1;
      counts.set(prefix, count);
      return `${prefix}_${digest(JSON.stringify([seed, prefix, count]))}`;
    },
    fork: (owner) => createIdSource(digest(JSON.stringify([seed, owner]))),
  };
}

const RANDOM_IDS: IdSource = {
  createId: (prefix) => `${prefix}_${randomBytes(ID_DIGITS / 2).toString('hex')}`,
  fork: () => RANDOM_IDS,
};

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, ID_DIGITS);
}
