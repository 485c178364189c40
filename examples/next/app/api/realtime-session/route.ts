export { mintRoute as POST } from '../../../lib/mint-route';
