export { SDP_OFFER } from '@realtime-session/emulator/testing';
