import { mintRoute } from '../../../lib/mint-route.ts';

export const dynamic = 'force-dynamic';

export const POST = (request: Request): Promise<Response> => mintRoute(request);
