// Stands for your app: mints a token at the address that the environment names.
import { env } from 'node:process';

const { OPENAI_API_KEY: key, OPENAI_BASE_URL: url } = env;

const response = await fetch(`${url}/realtime/client_secrets`, {
  method: 'POST',
  headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
  body: JSON.stringify({ session: { type: 'realtime', model: 'gpt-realtime-2.1' } }),
});
const { expires_at: expiresAt } = await response.json();
console.log(`${response.status}: a token that expires at ${new Date(expiresAt * 1000).toISOString()}`);
