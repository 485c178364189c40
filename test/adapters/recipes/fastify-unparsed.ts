import Fastify from 'fastify';
import { toFastifyHandler } from '@realtime-session/server/fastify';
import { handler } from './handler';

export const app = Fastify().register((scope, _options, done) => {
  scope.removeAllContentTypeParsers();
  scope.addContentTypeParser('*', (_request, _body, parsed) => parsed(null));
  scope.all('/api/realtime-session', toFastifyHandler(handler));
  done();
});
