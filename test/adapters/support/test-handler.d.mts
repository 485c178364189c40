import type { SessionHandler } from '@realtime-session/server';

export function createTestHandler(baseUrl: string): SessionHandler;
