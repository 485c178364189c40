import { createTokenManager, TokenError } from '@realtime-session/core';
import { reactNativeEnvironment } from '@realtime-session/core/react-native';
import { createRealtimeConnection } from '@realtime-session/webrtc';

// The test calls these functions in a realm whose globals are incomplete.
Object.assign(globalThis, {
  createTokenManager,
  createRealtimeConnection,
  reactNativeEnvironment,
  TokenError,
});
