/** A secret store whose secrets can change while the server runs. */
export const secrets = new Map<string, string>();

/** Reads the current value of a secret. */
export function readSecret(name: string): Promise<string | undefined> {
  return Promise.resolve(secrets.get(name));
}
