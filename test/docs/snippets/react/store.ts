import { createRealtimeSessionStore } from '@realtime-session/react';
import { devtools, subscribeWithSelector } from 'zustand/middleware';

export const store = createRealtimeSessionStore({ endpoint: '/api/realtime-session' }, (state) =>
  devtools(subscribeWithSelector(state)),
);
store.subscribe((session) => session.status, console.log);
