/**
 * What is weighed: a module of `bundles/`, what it imports, and whether that gets the next token before the last one runs out.
 *
 * @typedef {object} Candidate
 * @property {string} entry
 * @property {string} name
 * @property {string} refreshes
 */

/** What apps import for a valid token, without a framework. The first is ours. @type {readonly Candidate[]} */
export const TOKENS = [
  {
    entry: 'ours-core',
    name: '`@realtime-session/core` `createTokenManager`, `endpoint`',
    refreshes: 'yes, by a timer while leased, and behind a call in the lead',
  },
  {
    entry: 'smithy-core',
    name: '`@smithy/core` `memoizeIdentityProvider`',
    refreshes: 'at a call only, which waits for it: in the last 5 minutes',
  },
  {
    entry: 'firebase-app-check',
    name: '`@firebase/app-check` `CustomProvider`, with `@firebase/app`',
    refreshes: 'yes, by a timer: 5 minutes before',
  },
  {
    entry: 'oidc-client-ts',
    name: '`oidc-client-ts` `UserManager`',
    refreshes: 'yes, by a timer: 60 s before',
  },
  {
    entry: 'auth0-spa-js',
    name: '`@auth0/auth0-spa-js` `createAuth0Client`',
    refreshes: 'at a call only, which waits for it: in the last 60 s',
  },
  {
    entry: 'msal-browser',
    name: '`@azure/msal-browser` `createStandardPublicClientApplication`',
    refreshes:
      'at a call only: waits in the last 5 minutes, or behind it from the moment the server named (`refresh_in`)',
  },
  {
    entry: 'livekit-client',
    name: '`livekit-client` `TokenSource`',
    refreshes: 'at a call only, which waits for it: in the last 60 s',
  },
];

/** The same for React. The first is ours. @type {readonly Candidate[]} */
export const HOOKS = [
  {
    entry: 'ours-react',
    name: '`@realtime-session/react` `useRealtimeSession`, with core and zustand',
    refreshes: 'yes, by a timer while mounted and visible, and behind a call in the lead',
  },
  {
    entry: 'swr',
    name: '`swr` `useSWR`',
    refreshes: 'knows no expiry; every `refreshInterval`',
  },
  {
    entry: 'react-query',
    name: '`@tanstack/react-query` `useQuery`',
    refreshes: 'knows no expiry; every `refetchInterval`',
  },
  {
    entry: 'ai-sdk-react',
    name: '`@ai-sdk/react` `experimental_useRealtime`, its connection included',
    refreshes: 'no: one at each connect',
  },
  {
    entry: 'ours-whole',
    name: 'ours, with a connection: `useRealtimeSession`, `useRealtimeConnection`',
    refreshes: 'yes',
  },
];

/** What apps import for the call over WebRTC. The first is ours. @type {readonly Candidate[]} */
export const CONNECTIONS = [
  {
    entry: 'ours-webrtc',
    name: '`@realtime-session/webrtc` `createRealtimeConnection`',
    refreshes: 'takes a fresh one at each connect and reconnect',
  },
  {
    entry: 'agents-realtime',
    name: '`@openai/agents-realtime` `OpenAIRealtimeWebRTC`',
    refreshes: 'calls its `apiKey` function at each connect',
  },
];
