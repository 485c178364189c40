import express from 'express';
import { toExpressHandler } from '@realtime-session/server/express';
import { handler } from './handler';

export const app = express();
app.use('/api/realtime-session', toExpressHandler(handler));
app.use(express.json());
