/**
 * A module of `bundles/`, its name in the table, and when it refreshes a token.
 *
 * @typedef {object} Candidate
 * @property {string} entry
 * @property {string} name
 * @property {string} refreshes
 */

/** Libraries without a framework, ours first. @type {readonly Candidate[]} */
export const TOKENS = [
  {
    entry: 'ours-core',
    name: '`@realtime-session/core` `createTokenManager`, `endpoint`',
    refreshes: 'with a timer while leased; in the background of a call within the lead',
  },
  {
    entry: 'smithy-core',
    name: '`@smithy/core` `memoizeIdentityProvider`',
    refreshes: 'only during a call, which waits: in the last 5 minutes',
  },
  {
    entry: 'firebase-app-check',
    name: '`@firebase/app-check` `CustomProvider`, with `@firebase/app`',
    refreshes: 'with a timer: 5 minutes before expiry',
  },
  {
    entry: 'oidc-client-ts',
    name: '`oidc-client-ts` `UserManager`',
    refreshes: 'with a timer: 60 s before expiry',
  },
  {
    entry: 'auth0-spa-js',
    name: '`@auth0/auth0-spa-js` `createAuth0Client`',
    refreshes: 'only during a call, which waits: in the last 60 s',
  },
  {
    entry: 'msal-browser',
    name: '`@azure/msal-browser` `createStandardPublicClientApplication`',
    refreshes:
      'only during a call: waits in the last 5 minutes, or in the background after the time that the server sets (`refresh_in`)',
  },
  {
    entry: 'livekit-client',
    name: '`livekit-client` `TokenSource`',
    refreshes: 'only during a call, which waits: in the last 60 s',
  },
];

/** React hooks, ours first. @type {readonly Candidate[]} */
export const HOOKS = [
  {
    entry: 'ours-react',
    name: '`@realtime-session/react` `useRealtimeSession`, with core and zustand',
    refreshes: 'with a timer while mounted and visible; in the background of a call within the lead',
  },
  {
    entry: 'swr',
    name: '`swr` `useSWR`',
    refreshes: 'does not know the expiry; every `refreshInterval`',
  },
  {
    entry: 'react-query',
    name: '`@tanstack/react-query` `useQuery`',
    refreshes: 'does not know the expiry; every `refetchInterval`',
  },
  {
    entry: 'ai-sdk-react',
    name: '`@ai-sdk/react` `experimental_useRealtime`, includes the connection',
    refreshes: 'no: a new token for each connection',
  },
  {
    entry: 'ours-whole',
    name: 'ours with a connection: `useRealtimeSession`, `useRealtimeConnection`',
    refreshes: 'yes',
  },
];

/** WebRTC connections, ours first. @type {readonly Candidate[]} */
export const CONNECTIONS = [
  {
    entry: 'ours-webrtc',
    name: '`@realtime-session/webrtc` `createRealtimeConnection`',
    refreshes: 'gets a fresh token for each connection and reconnection',
  },
  {
    entry: 'agents-realtime',
    name: '`@openai/agents-realtime` `OpenAIRealtimeWebRTC`',
    refreshes: 'calls its `apiKey` function for each connection',
  },
];
