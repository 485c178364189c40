const MAX_DEPTH = 128;
const STEPS: Readonly<Record<string, number>> = { '[': 1, '{': 1, ']': -1, '}': -1 };

/**
 * Parses JSON of at most 128 levels: what is nested deeper parses, and then breaks whoever walks or echoes it.
 *
 * @param text - Text from a client.
 * @returns The value, or `undefined`, which JSON cannot say, for text that is broken or too deep.
 */
export function parseJson(text: string): unknown {
  if (isTooDeep(text)) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Strings are skipped, so that brackets in prose do not count. A regular expression overflows on long strings. */
function isTooDeep(text: string): boolean {
  let depth = 0;
  let place: 'outside' | 'string' | 'escape' = 'outside';
  for (const character of text) {
    if (place === 'escape') place = 'string';
    else if (place === 'string') place = inString(character);
    else if (character === '"') place = 'string';
    else depth += STEPS[character] ?? 0;
    if (depth > MAX_DEPTH) return true;
  }
  return false;
}

function inString(character: string): 'outside' | 'string' | 'escape' {
  if (character === '"') return 'outside';
  return character === '\\' ? 'escape' : 'string';
}
