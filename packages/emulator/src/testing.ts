export {
  controlEmulator,
  EmulatorControlError,
  type RemoteEmulator,
} from './lib/control/control-emulator.ts';
export type { EmulatorStatus } from './lib/control/handle-control.ts';
export { emulatorEnvironment, type EmulatorEnvironment } from './lib/testing/emulator-environment.ts';
export { FAKE_MICROPHONE } from './lib/testing/fake-microphone.ts';
export {
  routeRealtimeApi,
  type PlaywrightRoute,
  type PlaywrightTarget,
  type PlaywrightWebSocket,
  type RealtimeAddresses,
} from './lib/testing/route-realtime-api.ts';
