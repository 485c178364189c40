import { findOrInstallBrowser } from './browser.mjs';
import { check } from './gates.mjs';

await findOrInstallBrowser();
await check();
