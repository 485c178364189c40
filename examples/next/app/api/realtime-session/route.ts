export const dynamic = 'force-dynamic';

export { mintRoute as POST } from '../../../lib/mint-route.ts';
