export { createManualClock, type ManualClock } from './lib/time/manual-clock.ts';
export { createManualEnvironment, type ManualEnvironment } from './lib/environment/manual-environment.ts';
export {
  createScriptedFetcher,
  type ScriptedCall,
  type ScriptedFetcher,
} from './lib/source/scripted-fetcher.ts';
