/**
 * The credential of an `Authorization: Bearer …` header.
 *
 * @param header - The header's value.
 * @returns The credential, or `undefined` when there is none.
 */
export function bearer(header: string | undefined): string | undefined {
  return /^Bearer +(\S+) *$/i.exec(header ?? '')?.[1];
}
