import { createClerkClient } from '@clerk/backend';
import { createSessionHandler } from '@realtime-session/server';

const clerk = createClerkClient({
  secretKey: process.env.CLERK_SECRET_KEY,
  publishableKey: process.env.CLERK_PUBLISHABLE_KEY,
  jwtKey: process.env.CLERK_JWT_KEY, // the public key in PEM, so that no request asks Clerk for it
});

export const POST = createSessionHandler({
  apiKey: process.env.OPENAI_API_KEY,
  authorize: async (request) => {
    const state = await clerk.authenticateRequest(request, {
      authorizedParties: ['https://app.example.com'],
    });
    const userId = state.toAuth()?.userId;
    return userId ? { id: userId } : null; // null: 401
  },
  session: { model: 'gpt-realtime-2.1', instructions: 'You are a friendly assistant.' },
});
