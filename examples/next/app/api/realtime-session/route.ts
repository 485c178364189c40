import { mintRoute } from '../../../lib/mint-route.ts';

export const dynamic = 'force-dynamic';

/** Mints for the page. */
export const POST = (request: Request): Promise<Response> => mintRoute(request);
