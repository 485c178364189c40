export { useRealtimeSession } from '@realtime-session/react';
