import { findOrInstallBrowser } from './browser.mjs';
import { check } from './gates.mjs';
import { findOrInstallRedis } from './redis.mjs';

await findOrInstallBrowser();
await findOrInstallRedis();
await check();
