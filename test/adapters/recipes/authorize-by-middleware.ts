import type { Principal, RequestContext } from '@realtime-session/server';

/** Whom Passport, `@fastify/jwt` or a middleware of your own found, and left on its request. */
export function authorize(_request: Request, { incoming }: RequestContext): Principal | null {
  return (incoming as { user?: Principal }).user ?? null;
}
