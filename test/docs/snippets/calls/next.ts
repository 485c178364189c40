import { toNextHandler } from '@realtime-session/server/next';
import { calls } from './calls';

const route = toNextHandler(calls);
export { route as DELETE, route as OPTIONS, route as POST, route as PUT };
