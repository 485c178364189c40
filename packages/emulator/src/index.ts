export type { DropOptions, EmulatorControls, EmulatorStats } from './lib/emulator/controls.ts';
export { createRealtimeEmulator, type RealtimeEmulator } from './lib/emulator/create-realtime-emulator.ts';
export { curlCommand, type EmulatorAddress } from './lib/emulator/help-page.ts';
export {
  FAULTS,
  type Fault,
  type FaultEntry,
  type FaultName,
  type FaultScope,
  type FaultTarget,
} from './lib/faults/catalog.ts';
export type {
  CloseFault,
  HangFault,
  LateResponseFault,
  LatencyFault,
  NotFoundFault,
  SkewFault,
  StatusFault,
} from './lib/faults/fault-kinds.ts';
export type { ActiveFault, FaultEvent } from './lib/faults/fault-registry.ts';
export type { BilledUsage, CallEndCause, EmulatedCall } from './lib/journal/emulated-call.ts';
export { EmulatorStartError } from './lib/http/port-server.ts';
export type { OpenSession, Transport } from './lib/shared/open-session.ts';
export { EmulatorOptionError } from './lib/shared/option-error.ts';
export type {
  CallEvent,
  EmulatorEvent,
  MintApi,
  MintEvent,
  NetworkWarningEvent,
  SessionClosedEvent,
  SessionOpenedEvent,
  SessionRejectedEvent,
  ShutdownWarningEvent,
  WarningEvent,
} from './lib/state/emulator-event.ts';
export type {
  CallOptions,
  HangupOptions,
  Media,
  PageLeaves,
  SidebandOptions,
} from './lib/state/call-settings.ts';
export type { LiveOptions, LiveWebhook } from './lib/state/live-settings.ts';
export type { EmulatorClock } from './lib/state/clock.ts';
export type { Generation, RealtimeEmulatorOptions, Reuse, TlsOptions } from './lib/state/options.ts';
export type { EmulatorSession } from './lib/journal/session-handle.ts';
export type { JournalDirection, JournalEntry } from './lib/journal/journal.ts';
export type { JournalEvent, JournalOptions } from './lib/journal/redact.ts';
export type {
  ConversationScript,
  ScriptCall,
  ScriptError,
  ScriptReply,
  ScriptTurn,
  ScriptUsage,
  TurnConditions,
  TurnMatch,
  UnmatchedTurn,
} from './lib/script/script.ts';
export type { SessionMatch } from './lib/script/session-match.ts';
export {
  EmulatorSessionError,
  type EmulatorSessionErrorCode,
  type EventMatch,
  type WaitOptions,
} from './lib/journal/wait-for-event.ts';
