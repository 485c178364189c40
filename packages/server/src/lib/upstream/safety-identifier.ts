/** Turns a principal's id into the identifier that may leave the server. */
export type Identify = (principalId: string) => string | undefined | Promise<string | undefined>;

/** What is needed of `node:crypto`, as far as it is there. */
interface NodeCrypto {
  readonly createHmac?:
    | ((algorithm: 'sha256', key: string) => { update(text: string): { digest(encoding: 'hex'): string } })
    | undefined;
}

/** A runtime that may have Node's modules. */
interface Runtime {
  readonly process?: { getBuiltinModule?(name: 'node:crypto'): NodeCrypto | undefined };
}

/** Node's own HMAC, where there is one, not imported because elsewhere there is none. */
function nodeCrypto({ process }: Runtime = globalThis): NodeCrypto {
  return process?.getBuiltinModule?.('node:crypto') ?? {};
}

/** The HMAC of Web Crypto, which every runtime has. On Node it would go through the thread pool, at ten times the cost. */
function webHmac(key: string): (text: string) => Promise<string> {
  const encoder = new TextEncoder();
  const algorithm = { name: 'HMAC', hash: 'SHA-256' };
  let imported: Promise<CryptoKey> | undefined;
  return async (text) => {
    imported ??= crypto.subtle.importKey('raw', encoder.encode(key), algorithm, false, ['sign']);
    const digest = await crypto.subtle.sign('HMAC', await imported, encoder.encode(text));
    return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
  };
}

/**
 * HMAC-SHA-256 of the id under the owner's key, as 64 hex digits: the same user always gets the same identifier, and
 * nobody without the key can tell whose it is. Without a key there is no identifier at all.
 *
 * @param key - The owner's key, or nothing.
 * @param node - Node's HMAC, where the runtime has it; Web Crypto's takes its place.
 */
export function safetyIdentifier(
  key: string | undefined,
  { createHmac }: NodeCrypto = nodeCrypto(),
): Identify {
  if (key === undefined) return () => undefined;
  if (createHmac === undefined) return webHmac(key);
  return (principalId) => createHmac('sha256', key).update(principalId).digest('hex');
}
