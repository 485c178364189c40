export { useRealtimeSession } from '@realtime-session/react';
export { useRealtimeConnection } from '@realtime-session/react/webrtc';
