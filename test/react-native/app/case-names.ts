/** The names of the cases in `cases.tsx`, which Node cannot load without a bundler. */
export const caseNames = [
  'ten components without a provider mint once',
  'a token is refreshed before it expires, but not in the background',
  'a token is not refreshed without a network, but when it comes back',
  'a lost call is opened again when the network is back, and not before',
  'without an environment a lost call is not retried in a burst',
  'a connection that fails rejects with its error',
  'a call ends when its component unmounts',
] as const;
