import { createApp } from './server';

createApp('dist').listen(Number(process.env.PORT ?? 3000));
