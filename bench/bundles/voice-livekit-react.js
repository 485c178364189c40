export { RoomAudioRenderer, SessionProvider, useAgent, useSession } from '@livekit/components-react';
export { TokenSource } from 'livekit-client';
