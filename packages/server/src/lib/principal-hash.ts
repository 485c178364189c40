const encoder = new TextEncoder();
const hmac = { name: 'HMAC', hash: 'SHA-256' } as const;

function toHex(bytes: ArrayBuffer): string {
  return Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** Ids have at most 512 characters, so this is about a megabyte at most. */
const MAX_REMEMBERED = 1000;

/** Remembers hashes: each is slower than all other checks, and a user whose token expires mints again after minutes. */
function remember(hash: (principalId: string) => Promise<string>): (principalId: string) => Promise<string> {
  const known = new Map<string, string>();
  return async (principalId) => {
    const found = known.get(principalId);
    if (found !== undefined) return found;
    const hashed = await hash(principalId);
    known.set(principalId, hashed);
    if (known.size > MAX_REMEMBERED) known.delete(known.keys().next().value ?? '');
    return hashed;
  };
}

/** Returns the hash of a principal's id, or nothing without a key. */
export type HashPrincipal = (principalId: string) => Promise<string | undefined>;

/**
 * Creates the function that turns a principal's id into an identifier that may leave the server: HMAC-SHA-256 under the owner's
 * key, as 64 hex digits. The same user always gets the same identifier, and only the owner of the key can reverse it.
 */
export function createPrincipalHash(key: string | undefined): HashPrincipal {
  if (key === undefined) return () => Promise.resolve(undefined);
  let imported: Promise<CryptoKey> | undefined;
  return remember(async (principalId) => {
    imported ??= crypto.subtle.importKey('raw', encoder.encode(key), hmac, false, ['sign']);
    return toHex(await crypto.subtle.sign('HMAC', await imported, encoder.encode(principalId)));
  });
}

/** SHA-256 as 64 hex digits, for the keys of rate limits if there is no key: a limiter's store never gets the id itself. */
export const hashWithoutKey = remember(async (principalId) =>
  toHex(await crypto.subtle.digest('SHA-256', encoder.encode(principalId))),
);
