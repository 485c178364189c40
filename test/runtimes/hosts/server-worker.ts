import { createTestHandler } from '../../adapters/support/test-handler.mjs';

type Handler = ReturnType<typeof createTestHandler>;
let handler: Handler | undefined;

/** workerd passes the environment with a request, so the first request creates the handler. */
const worker = {
  fetch(request: Request, env: Readonly<Record<string, string>>): Promise<Response> {
    handler ??= createTestHandler(env['UPSTREAM_ORIGIN'] ?? '');
    return handler(request);
  },
};

// eslint-disable-next-line import-x/no-default-export -- required by workerd
export default worker;
