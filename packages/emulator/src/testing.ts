export type { EmulatorStatus } from './lib/emulator/controls.ts';
export {
  controlEmulator,
  EmulatorControlError,
  type RemoteEmulator,
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
