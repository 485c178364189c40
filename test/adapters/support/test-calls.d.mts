import type { CallHandler } from '@realtime-session/server/calls';

export function createTestCalls(): CallHandler;
