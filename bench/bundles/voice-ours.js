export { createTokenManager, endpoint } from '@realtime-session/core';
export { createRealtimeConnection } from '@realtime-session/webrtc';
