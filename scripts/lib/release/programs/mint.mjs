// Mints a token with the installed packages: the page's manager, the mint route and the emulator, in one process.
const { Request } = globalThis;
const load = (name) => import(`@realtime-session/${name}`);
const [{ createTokenManager, endpoint }, { createRealtimeEmulator }, { createSessionHandler, openai }] =
  await Promise.all(['core', 'emulator', 'server'].map(load));

const emulator = await createRealtimeEmulator();
const handler = createSessionHandler({
  apiKey: emulator.apiKey,
  upstream: openai({ baseUrl: `${emulator.url}/v1` }),
  authorize: () => ({ id: 'release' }),
  session: { model: 'gpt-realtime-2.1' },
  onEvent: () => {},
});
const tokens = createTokenManager({
  fetchToken: endpoint('http://localhost/api/realtime-session', {
    fetch: (url, init) => handler(new Request(url, init), { address: '192.0.2.1' }),
  }),
});
const { value, remainingMs } = await tokens.getToken();
if (!value.startsWith('ek_')) throw new Error('The token of the emulator does not start with ek_.');
console.log(`a token for ${Math.round(remainingMs() / 1000)} s, from core, server and emulator`);
tokens.dispose();
await emulator.close();
