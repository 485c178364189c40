import { createTokenManager, endpoint } from '@realtime-session/core';
import { talk } from '../src/agents-websocket.ts';
import { serveMintRoute } from './mint-route.ts';

const { OPENAI_API_KEY: apiKey = '', OPENAI_BASE_URL: baseUrl } = process.env;
const message = 'Good morning!';

const mintRoute = await serveMintRoute(apiKey, baseUrl);
const { url, headers } = mintRoute;
const tokens = createTokenManager({ fetchToken: endpoint(url, { headers }) });
const realtimeUrl = baseUrl && `${baseUrl.replace(/^http/, 'ws')}/realtime?model=gpt-realtime-2.1`;
const session = await talk(tokens, realtimeUrl ? { url: realtimeUrl } : {});

session.on('error', () => {
  console.error(
    'The API reported an error; check OPENAI_API_KEY and that its project has access to gpt-realtime.',
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
