const MAX_KEY_LENGTH = 64;
const LOOKS_SECRET = /^(?:sk|ek)[-_]/i;

/**
 * Writes a path the way the API does: `session.tools[0].name`. Keys come from the sender, so they are cut to 64
 * characters, stripped of control characters, and replaced when they look like a key of the API.
 *
 * @param segments - Object keys and array indexes, outermost first.
 */
export function wirePath(segments: readonly PropertyKey[]): string {
  return segments.reduce<string>((path, segment) => {
    if (typeof segment === 'number') return `${path}[${String(segment)}]`;
    const key = printable(String(segment));
    return path === '' ? key : `${path}.${key}`;
  }, '');
}

function printable(key: string): string {
  if (LOOKS_SECRET.test(key)) return '(redacted)';
  return key.slice(0, MAX_KEY_LENGTH).replaceAll(/[^\p{L}\p{N} $_-]/gu, '?');
}
