import type { FaultName } from './fault-catalog.ts';

/** How a mint's answer differs from what was asked for. */
export type MintShape = Extract<
  FaultName,
  'answer-ga' | 'answer-ga-expires-zero' | 'answer-beta' | 'answer-beta-expired' | 'answer-without-secret'
>;
