/** JSON that is nested deeper parses, but overflows the stack of code that walks or echoes it. */
const MAX_DEPTH = 128;

const DEPTH_CHANGE: Readonly<Record<string, number>> = { '[': 1, '{': 1, ']': -1, '}': -1 };

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Returns `undefined`, which is not a JSON value, for text that is malformed or nested deeper than 128 levels. */
export function parseJson(text: string): unknown {
  if (isTooDeep(text)) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Skips strings, so that brackets in prose do not count. A regular expression would overflow on long strings. */
function isTooDeep(text: string): boolean {
  let depth = 0;
  let state: 'outside' | 'string' | 'escape' = 'outside';
  for (const character of text) {
    if (state === 'escape') state = 'string';
    else if (state === 'string') state = nextStringState(character);
    else if (character === '"') state = 'string';
    else depth += DEPTH_CHANGE[character] ?? 0;
    if (depth > MAX_DEPTH) return true;
  }
  return false;
}

function nextStringState(character: string): 'outside' | 'string' | 'escape' {
  if (character === '"') return 'outside';
  return character === '\\' ? 'escape' : 'string';
}
