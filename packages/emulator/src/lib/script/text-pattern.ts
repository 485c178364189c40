/** Returns a function that tests a text, or `undefined` for an invalid regular expression such as `/(/`. */
export function toPattern(pattern: string | RegExp): ((text: string) => boolean) | undefined {
  const expression = typeof pattern === 'string' ? parseExpression(pattern) : pattern;
  if (expression === undefined) return undefined;
  if (typeof expression !== 'string') return (text) => text.search(expression) >= 0;
  const wanted = expression.toLowerCase();
  return (text) => text.toLowerCase().includes(wanted);
}

/** Returns a text unchanged, and a text like `/^hi/i` as a regular expression. */
function parseExpression(text: string): string | RegExp | undefined {
  const [, source, flags] = /^\/(.+)\/([a-z]*)$/s.exec(text) ?? [];
  if (source === undefined) return text;
  try {
    return new RegExp(source, flags);
  } catch {
    return undefined;
  }
}
