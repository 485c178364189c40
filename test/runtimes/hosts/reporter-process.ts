import { createSessionHandler } from '@realtime-session/server';

/** Makes one mint fail in a handler without `onEvent`. Its parent reads what is printed. */
const handler = createSessionHandler({
  apiKey: undefined,
  authorize: () => {
    throw new Error('no connection to postgres://ada:hunter2@db/users');
  },
  session: { model: 'gpt-realtime' },
});
const headers = { 'content-type': 'application/json' };
await handler(new Request('http://app.test/', { method: 'POST', headers, body: '{}' }));
