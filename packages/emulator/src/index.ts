export { createRealtimeEmulator } from './lib/emulator/create-realtime-emulator.ts';
export { EmulatorStartError } from './lib/emulator/emulator-start-error.ts';
export type { EmulatorStats, RealtimeEmulator } from './lib/emulator/realtime-emulator.ts';
export type {
  CallEvent,
  EmulatorEvent,
  FaultEvent,
  MintEvent,
  SessionClosedEvent,
  SessionOpenedEvent,
  SessionRefusedEvent,
} from './lib/events/emulator-event.ts';
export { FAULTS } from './lib/faults/fault-catalog.ts';
export type { FaultEntry, FaultName } from './lib/faults/fault-catalog.ts';
export type {
  ActiveFault,
  Fault,
  FaultTarget,
  FaultScope,
  HangFault,
  LatencyFault,
  SkewFault,
  StatusFault,
} from './lib/faults/fault.ts';
export type { MintCall } from './lib/mint/mint-call.ts';
export { EmulatorOptionError } from './lib/options/emulator-option-error.ts';
export type {
  Generation,
  RealtimeEmulatorOptions,
  Reuse,
  TlsOptions,
} from './lib/options/emulator-options.ts';
export type { Transport } from './lib/sessions/line.ts';
export type { LiveSession } from './lib/sessions/session-registry.ts';
