/** A secret store, whose secrets change under way. */
export const secrets = new Map<string, string>();

/** What is in it now. */
export function readSecret(name: string): Promise<string | undefined> {
  return Promise.resolve(secrets.get(name));
}
