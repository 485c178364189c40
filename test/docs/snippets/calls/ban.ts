import { createCallHandler } from '@realtime-session/server/calls';
import { banned } from './banned-users';
import { currentUser } from './users';

export const calls = createCallHandler({
  apiKey: process.env.OPENAI_API_KEY,
  authorize: async (request) => {
    const user = await currentUser(request);
    return user && !banned.has(user.id) ? user : null;
  },
  session: { model: 'gpt-realtime-2.1', instructions: 'You are a friendly assistant.' },
});

/** Bans a user. Resolves when the user's calls have ended, with the number of calls. */
export async function ban(userId: string): Promise<number> {
  banned.add(userId); // first, so that no new call can start
  return calls.hangUp({ principal: userId });
}
