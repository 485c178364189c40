import NetInfo from '@react-native-community/netinfo';
import { createTokenManager, endpoint } from '@realtime-session/core';
import { reactNativeEnvironment } from '@realtime-session/core/react-native';
import { AppState } from 'react-native';
import { registerGlobals } from 'react-native-webrtc';

registerGlobals(); // RTCPeerConnection, MediaStream and navigator.mediaDevices

declare function readSignInToken(): Promise<string>;

export const environment = reactNativeEnvironment({ AppState, NetInfo });

export const tokens = createTokenManager({
  fetchToken: endpoint('https://api.example.com/api/realtime-session', {
    headers: async () => ({ authorization: `Bearer ${await readSignInToken()}` }),
  }),
  environment,
});
