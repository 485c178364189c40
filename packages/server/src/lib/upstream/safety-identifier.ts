/** Turns a principal's id into the identifier that may leave the server. */
export type Identify = (principalId: string) => Promise<string | undefined>;

/**
 * HMAC-SHA-256 of the id under the owner's key, as 64 hex digits: the same user always gets the same identifier, and
 * nobody without the key can tell whose it is. Without a key there is no identifier at all.
 *
 * @param key - The owner's key, or nothing.
 */
export function safetyIdentifier(key: string | undefined): Identify {
  if (key === undefined) return () => Promise.resolve(undefined);
  const encoder = new TextEncoder();
  const algorithm = { name: 'HMAC', hash: 'SHA-256' };
  let imported: Promise<CryptoKey> | undefined;
  return async (principalId) => {
    imported ??= crypto.subtle.importKey('raw', encoder.encode(key), algorithm, false, ['sign']);
    const digest = await crypto.subtle.sign('HMAC', await imported, encoder.encode(principalId));
    return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
  };
}
