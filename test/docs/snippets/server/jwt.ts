import { createSessionHandler } from '@realtime-session/server';
import { authorizeJwt } from '@realtime-session/server/jwt';

export const POST = createSessionHandler({
  apiKey: process.env.OPENAI_API_KEY,
  authorize: authorizeJwt({
    jwks: 'https://auth.example.com/.well-known/jwks.json', // your issuer's address of its public keys
    issuer: 'https://auth.example.com/', // as in the claim `iss` of its tokens, with or without the slash
    audience: 'https://app.example.com', // as in `aud`: tokens for other apps are refused
  }),
  session: ({ id }) => ({ model: 'gpt-realtime-2.1', instructions: `You are talking to ${id}.` }),
});
