import type { SessionParams } from '@realtime-session/server';

export const session = {
  model: 'gpt-realtime-2.1',
  instructions: 'You are a friendly assistant.',
} as const satisfies SessionParams;
