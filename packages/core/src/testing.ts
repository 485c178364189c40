export { createManualClock, type ManualClock } from './lib/testing/manual-clock.ts';
export { createManualEnvironment, type ManualEnvironment } from './lib/testing/manual-environment.ts';
export {
  createScriptedFetcher,
  type ScriptedCall,
  type ScriptedFetcher,
} from './lib/testing/scripted-fetcher.ts';
