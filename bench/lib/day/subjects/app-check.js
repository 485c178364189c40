import { initializeApp } from '@firebase/app';
import { CustomProvider, getToken, initializeAppCheck, onTokenChanged } from '@firebase/app-check';

let apps = 0;

/** App Check with a provider of one's own that refreshes by itself, and somebody who listens while mounted. */
export function appCheck(server) {
  apps += 1;
  const app = initializeApp({ projectId: 'bench', apiKey: 'bench', appId: `bench-${apps}` }, `bench-${apps}`);
  const check = initializeAppCheck(app, {
    isTokenAutoRefreshEnabled: true,
    provider: new CustomProvider({
      async getToken() {
        const { value, expires_at } = await server.mint();
        return { token: value, expireTimeMillis: expires_at * 1000 };
      },
    }),
  });
  return {
    mount: () =>
      onTokenChanged(
        check,
        () => undefined,
        () => undefined,
      ),
    getToken: async () => (await getToken(check)).token,
  };
}
