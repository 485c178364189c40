import { createTokenManager, endpoint } from '@realtime-session/core';
import { talk } from '../src/agents-websocket.ts';
import { serveMintRoute } from './mint-route.ts';

const message = 'Good morning!';

const mintRoute = await serveMintRoute();
const { url, headers } = mintRoute;
const tokens = createTokenManager({ fetchToken: endpoint(url, { headers }) });
// The mint route sends the address for calls if it uses another API, such as the emulator.
const { callsUrl } = await tokens.getToken();
const realtimeUrl = callsUrl && new URL('../realtime?model=gpt-realtime-2.1', callsUrl);
const session = await talk(tokens, realtimeUrl ? { url: realtimeUrl.href.replace(/^http/, 'ws') } : {});

session.on('error', () => {
  console.error(
    'The API reported an error; check OPENAI_API_KEY and that its project has access to gpt-realtime-2.1.',
  );
  process.exitCode = 1;
});
const response = new Promise<string>((resolve) => {
  session.on('agent_end', (_context, _agent, output) => resolve(output));
});
console.log(`you:   ${message}`);
session.sendMessage(message);
console.log(`guide: ${await response}`);

session.close();
tokens.dispose();
mintRoute.close();
