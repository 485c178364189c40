import { createTestHandler } from '../../adapters/support/test-handler.mjs';

type Handler = ReturnType<typeof createTestHandler>;
let handler: Handler | undefined;

/** workerd: settings arrive with a request, so the handler is made at the first one. */
const worker = {
  fetch(request: Request, env: Readonly<Record<string, string>>): Promise<Response> {
    handler ??= createTestHandler(env['UPSTREAM_ORIGIN'] ?? '');
    return handler(request);
  },
};

// A worker is its module's default export.
// eslint-disable-next-line import-x/no-default-export
export default worker;
