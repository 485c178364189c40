import { createSessionHandler } from '@realtime-session/server';

const handler = createSessionHandler({
  apiKey: undefined,
  authorize: () => {
    throw new Error('no connection to postgres://ada:hunter2@db/users');
  },
  session: { model: 'gpt-realtime' },
});

// eslint-disable-next-line import-x/no-default-export -- required by workerd
export default { fetch: (request: Request): Promise<Response> => handler(request) };
