import { toExpressHandler } from '@realtime-session/server/express';
import express from 'express';
import { calls } from './calls';

export const app = express();
app.use('/api/realtime-call', toExpressHandler(calls));
