import { doesIdentityRequireRefresh, isIdentityExpired, memoizeIdentityProvider } from '@smithy/core';

/** `memoizeIdentityProvider`, as the AWS clients use it. */
export function smithy(server) {
  const provide = memoizeIdentityProvider(
    async () => {
      const { value, expires_at } = await server.mint();
      return { token: value, expiration: new Date(expires_at * 1000) };
    },
    isIdentityExpired,
    doesIdentityRequireRefresh,
  );
  return { mount: () => () => undefined, getToken: async () => (await provide()).token };
}
