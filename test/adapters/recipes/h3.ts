import { H3 } from 'h3';
import { toH3Handler } from '@realtime-session/server/h3';
import { handler } from './handler';

export const app = new H3();
app.all('/api/realtime-session', toH3Handler(handler));
