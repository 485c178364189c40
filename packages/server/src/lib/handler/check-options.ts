/** A legal range of whole numbers. */
export interface WholeRange {
  /** Smallest. */
  readonly min: number;
  /** Largest. */
  readonly max: number;
}

/**
 * A whole number in its range, at construction.
 *
 * @throws TypeError Naming option and range.
 */
export function checkedWhole(name: string, value: number, { min, max }: WholeRange): number {
  if (Number.isInteger(value) && value >= min && value <= max) return value;
  throw new TypeError(`${name} must be a whole number from ${min} to ${max}.`);
}

/**
 * One of a few words, at construction.
 *
 * @throws TypeError Naming option and words.
 */
export function checkedWord<W extends string>(name: string, value: W, words: readonly W[]): W {
  if (words.includes(value)) return value;
  throw new TypeError(`${name} must be one of ${words.map((word) => `"${word}"`).join(', ')}.`);
}

/**
 * Serialized origins, exactly as browsers write them.
 *
 * @throws TypeError Naming the entry and how to write it.
 */
export function checkedOrigins(origins: readonly string[]): ReadonlySet<string> {
  for (const origin of origins) {
    const url = URL.canParse(origin) ? new URL(origin) : undefined;
    // A wildcard is a legal host name to a parser, and would never match.
    if (url?.origin !== origin || !/^https?:$/.test(url.protocol) || origin.includes('*')) {
      throw new TypeError(
        `allowedOrigins: "${origin}" is no serialized origin; write it like "https://app.example.com", without a path or slash.`,
      );
    }
  }
  return new Set(origins);
}

/**
 * A function where one is required. Types say so too; JavaScript callers and configuration mistakes reach this.
 *
 * @throws TypeError With the given sentence.
 */
export function requireFunction(value: unknown, sentence: string): void {
  if (typeof value !== 'function') throw new TypeError(sentence);
}
