export { useRealtimeConnection } from '@realtime-session/react/webrtc';
