export { createRealtimeConnection } from '@realtime-session/webrtc';
