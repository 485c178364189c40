import type { Principal } from '../request-context.ts';
import { isRecord } from '../validate.ts';
import type { UnknownRecord } from '../validate.ts';
import type { CallServiceConfig } from './call-service.ts';

/** Keyed hashes, and the sealed memo with which another process can take a call over. */
export interface CallSecrets {
  /** Keyed hash of a principal's id: 64 hexadecimal digits. */
  hashPrincipal(id: string): Promise<string>;
  /** Keyed fingerprint of an API key, which does not reveal the key. */
  fingerprint(apiKey: string): Promise<string>;
  /** Encrypts what the supervisor needs. */
  seal(memo: UnknownRecord): Promise<string>;
  /** Decrypts a memo. `undefined` if it was sealed with another key. */
  open(memo: string): Promise<UnknownRecord | undefined>;
}

/** Used without `safetyIdentifierKey`, where hashes and memos do not leave the memory of this process. */
const PROCESS_SECRET = 'realtime-session';

const IV_BYTES = 12;
const encoder = new TextEncoder();

function toHex(bytes: ArrayBuffer): string {
  return Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

function toBase64(bytes: Uint8Array): string {
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));
}

function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(text), (char) => char.charCodeAt(0));
}

/** A new id for a call: 128 random bits as 22 characters of base64url. */
export function createCallId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return toBase64(bytes).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

/** Why calls are refused without `safetyIdentifierKey`, if the store is shared. */
export const MISSING_SECRET_REMEDY =
  '`safetyIdentifierKey` is not set, and the store of calls is shared: users and calls are stored under hashes with this key. Set it to a random text that all processes have, and start this server again.';

/**
 * Whether the key for what is written to a shared store is missing. That does not throw when the handler is created, because frameworks load
 * route modules at build time, where there may be no environment.
 */
export function isSecretMissing({
  store,
  secret,
}: Pick<CallServiceConfig<Principal>, 'store' | 'secret'>): boolean {
  return store.scope === 'shared' && secret === undefined;
}

/** Whether a text can be the id of a call. */
export function isCallId(text: string): boolean {
  return /^[\w-]{22}$/.test(text);
}

/** Creates the functions that hash and seal with one secret, each with a key derived for its purpose. */
export function createCallSecrets(secret: string = PROCESS_SECRET): CallSecrets {
  // Imported at the first use: some runtimes allow no asynchronous work while modules load.
  let hmacKey: Promise<CryptoKey> | undefined;
  const sign = async (purpose: string, text: string): Promise<ArrayBuffer> => {
    const algorithm = { name: 'HMAC', hash: 'SHA-256' };
    hmacKey ??= crypto.subtle.importKey('raw', encoder.encode(secret), algorithm, false, ['sign']);
    return crypto.subtle.sign('HMAC', await hmacKey, encoder.encode(`${purpose}:${text}`));
  };
  let sealKey: Promise<CryptoKey> | undefined;
  const getSealKey = (): Promise<CryptoKey> => {
    sealKey ??= sign('call-memo', '').then((bytes) =>
      crypto.subtle.importKey('raw', bytes, 'AES-GCM', false, ['encrypt', 'decrypt']),
    );
    return sealKey;
  };
  return {
    hashPrincipal: async (id) => toHex(await sign('call-principal', id)),
    fingerprint: async (apiKey) => toHex(await sign('call-api-key', apiKey)).slice(0, 32),
    async seal(memo) {
      const iv = crypto.getRandomValues(new Uint8Array(IV_BYTES));
      const text = encoder.encode(JSON.stringify(memo));
      const sealed = await crypto.subtle.encrypt({ name: 'AES-GCM', iv }, await getSealKey(), text);
      return toBase64(new Uint8Array([...iv, ...new Uint8Array(sealed)]));
    },
    async open(memo) {
      try {
        const bytes = fromBase64(memo);
        const algorithm = { name: 'AES-GCM', iv: bytes.slice(0, IV_BYTES) };
        const text = await crypto.subtle.decrypt(algorithm, await getSealKey(), bytes.slice(IV_BYTES));
        const value: unknown = JSON.parse(new TextDecoder().decode(text));
        return isRecord(value) ? value : undefined;
      } catch {
        return undefined;
      }
    },
  };
}
