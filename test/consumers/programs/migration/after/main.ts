import { createApp } from './server';

const { APP_USER, APP_PASSWORD, PORT } = process.env;

createApp('dist', (name, password) =>
  APP_PASSWORD !== undefined && name === APP_USER && password === APP_PASSWORD ? { id: name } : null,
).listen(Number(PORT ?? 3000));
