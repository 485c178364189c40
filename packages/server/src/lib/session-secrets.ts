/** Members of a session that only its owner may know, at any depth: the prompt, its variables, and credentials of MCP servers. */
const privateMembers: ReadonlySet<string> = new Set([
  'instructions',
  'variables',
  'authorization',
  'headers',
]);

/** Shorter texts are no secrets, and replacing them would make errors unreadable. */
const MIN_SECRET_LENGTH = 8;

function* textsIn(value: unknown): Generator<string> {
  if (typeof value === 'string') yield value;
  else if (typeof value === 'object' && value !== null)
    for (const member of Object.values(value)) yield* textsIn(member);
}

function* secretsIn(value: unknown): Generator<string> {
  if (typeof value !== 'object' || value === null) return;
  for (const [name, member] of Object.entries(value))
    yield* privateMembers.has(name) ? textsIn(member) : secretsIn(member);
}

/**
 * Texts of a session that must not be in the text of an error: no pattern can recognize an owner's prompt, or a credential of another
 * service. The longest come first, so that none is left in part where one contains another.
 *
 * @param session - Of either generation or of the Live API.
 */
export function findSessionSecrets(session: unknown): readonly string[] {
  return [...secretsIn(session)]
    .filter(({ length }) => length >= MIN_SECRET_LENGTH)
    .sort((a, b) => b.length - a.length);
}
