import type { SessionParams } from '@realtime-session/server';

export const session = {
  model: 'gpt-realtime-2.1',
  instructions: 'You are the support voice of Northwind Bikes. Never offer more than ten percent off.',
} as const satisfies SessionParams;
