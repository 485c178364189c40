import { createTokenManager } from '@realtime-session/core';
import { runCases } from '../suite/case.ts';
import { lifecycleCases } from '../suite/lifecycle-cases.ts';
import { networkCases } from '../suite/network-cases.ts';

// Runs in Node, Bun and Deno. The process must exit on its own: timers of a leased manager must not keep it alive.
const results = await runCases([...lifecycleCases, ...networkCases], process.argv[2] ?? '');

const leased = createTokenManager({ fetchToken: () => ({ value: 'ek_leased', expires_in: 600 }) });
leased.keepFresh();
await leased.getToken();
// eslint-disable-next-line no-console -- read by the test
console.log(JSON.stringify(results));
