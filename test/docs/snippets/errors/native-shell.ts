/** A locked native shell: it has no token for the page. */
export function requestNativeToken(): Promise<{ token?: string }> {
  return Promise.resolve({});
}
