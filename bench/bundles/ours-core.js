export { createTokenManager, endpoint } from '@realtime-session/core';
