/** Stands for your database. */
const passwords = new Map([['ada', 'engine']]);

/** Returns the user with this name and password. */
export function checkPassword(name: unknown, password: unknown): { id: string; name: string } | null {
  if (typeof name !== 'string' || typeof password !== 'string') return null;
  return passwords.get(name) === password ? { id: `id-of-${name}`, name } : null;
}
