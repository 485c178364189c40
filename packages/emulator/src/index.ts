export type { EmulatorControls, EmulatorStats } from './lib/emulator/controls.ts';
export {
  createRealtimeEmulator,
  EmulatorStartError,
  type RealtimeEmulator,
} from './lib/emulator/create-realtime-emulator.ts';
export {
  FAULTS,
  type Fault,
  type FaultEntry,
  type FaultName,
  type FaultScope,
  type FaultTarget,
  type HangFault,
  type LatencyFault,
  type SkewFault,
  type StatusFault,
} from './lib/faults/catalog.ts';
export type { ActiveFault, FaultEvent } from './lib/faults/fault-registry.ts';
export { EmulatorOptionError } from './lib/shared/option-error.ts';
export type {
  CallEvent,
  EmulatorEvent,
  MintApi,
  MintEvent,
  SessionClosedEvent,
  SessionOpenedEvent,
  SessionRejectedEvent,
  Transport,
} from './lib/state/emulator-event.ts';
export type { Generation, RealtimeEmulatorOptions, Reuse, TlsOptions } from './lib/state/options.ts';
export type { OpenSession } from './lib/state/registries.ts';
