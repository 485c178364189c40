export type { EmulatorStatus } from './lib/emulator/controls.ts';
export type { BilledUsage, CallEndCause, CallStatus } from './lib/journal/emulated-call.ts';
export {
  controlEmulator,
  EmulatorControlError,
  type RemoteEmulator,
  type RemoteSession,
} from './lib/testing/control-emulator.ts';
export { emulatorEnvironment, type EmulatorEnvironment } from './lib/testing/emulator-environment.ts';
export {
  FAKE_MICROPHONE,
  routeRealtimeApi,
  type EmulatorUrls,
  type PlaywrightRoute,
  type PlaywrightTarget,
  type PlaywrightWebSocket,
} from './lib/testing/route-realtime-api.ts';
export { SDP_OFFER } from './lib/testing/sdp-offer.ts';
