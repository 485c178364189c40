/** A shell that is locked, for a page that asks it for tokens. */
export function askNativeShell(): Promise<{ token?: string }> {
  return Promise.resolve({});
}
