import { appCheck } from './app-check.js';
import { atEachCall, atMount, onInterval } from './by-hand.js';
import { livekit } from './livekit.js';
import { oursElsewhere, oursLeased, oursOnDemand } from './ours.js';
import { queryCore } from './query-core.js';
import { smithy } from './smithy.js';

/** Everything the day is played with. `head` names it where there is little room. */
export const SUBJECTS = [
  { name: 'ours, fetched when asked', head: 'ours, asked', create: oursOnDemand },
  { name: 'ours, leased, as the hook does', head: 'ours, leased', create: oursLeased },
  { name: 'ours, leased, told `expires_at` alone', head: 'ours, `expires_at`', create: oursElsewhere },
  { name: '`livekit-client` `TokenSource`', head: 'livekit', create: livekit },
  { name: '`@smithy/core` `memoizeIdentityProvider`', head: 'smithy', create: smithy },
  { name: '`@firebase/app-check` `CustomProvider`', head: 'App Check', create: appCheck },
  {
    name: '`@tanstack/query-core`, refetched at 80 % of the lifetime',
    head: 'query-core',
    create: queryCore,
  },
  { name: 'by hand, at each call, as the official samples', head: 'each call', create: atEachCall },
  { name: 'by hand, at mount, and kept', head: 'at mount', create: atMount },
  { name: 'by hand, on an interval', head: 'interval', create: onInterval },
];
