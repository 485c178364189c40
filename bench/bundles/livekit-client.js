export { TokenSource } from 'livekit-client';
