export { Room, RoomEvent } from 'livekit-client';
