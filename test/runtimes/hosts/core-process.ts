import { createTokenManager } from '@realtime-session/core';
import { runCases } from '../suite/case.ts';
import { lifecycleCases } from '../suite/lifecycle-cases.ts';
import { networkCases } from '../suite/network-cases.ts';

// Node, Bun and Deno. Nothing ends this process: it ends by itself when the last timer that counts is gone.
const outcomes = await runCases([...lifecycleCases, ...networkCases], process.argv[2] ?? '');

const kept = createTokenManager({ fetchToken: () => ({ value: 'ek_kept', expires_in: 600 }) });
kept.keepFresh();
await kept.getToken();
// eslint-disable-next-line no-console -- what the test reads
console.log(JSON.stringify(outcomes));
