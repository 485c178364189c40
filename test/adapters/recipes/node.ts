import { createServer } from 'node:http';
import { toNodeHandler } from '@realtime-session/server/node';
import { handler } from './handler';

export const server = createServer(toNodeHandler(handler));
