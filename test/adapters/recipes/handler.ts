import { createTestHandler } from '../support/test-handler.mjs';

export const handler = createTestHandler(process.env['UPSTREAM_ORIGIN'] ?? '');
