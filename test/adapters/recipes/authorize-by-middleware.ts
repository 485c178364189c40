import type { Principal, RequestContext } from '@realtime-session/server';

/** Returns the user that Passport, `@fastify/jwt` or your own middleware added to the request. */
export function authorize(_request: Request, { incoming }: RequestContext): Principal | null {
  return (incoming as { user?: Principal }).user ?? null;
}
