import { check } from './gates.mjs';

await check();
