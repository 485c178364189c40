import { callRoute, type CallRouteOptions, type RealtimeConnectionOptions } from '@realtime-session/webrtc';
import { createScriptedRoute } from '../../../../test/support/scripted-call-route.ts';
import { createStage } from './stage.ts';

export const routeUrl = '/api/call';

/** Creates a connection in a fake browser that gets its calls from a scripted route. */
export function createRouteStage(
  options: RealtimeConnectionOptions = {},
  routeOptions: CallRouteOptions = {},
  address = routeUrl,
) {
  const route = createScriptedRoute();
  const pages = new Set<(change: 'hide' | 'visible') => void>();
  const stage = createStage({
    tokens: callRoute(address, routeOptions),
    options,
    platform: {
      fetch: route.fetch,
      onPageChange(run, signal) {
        pages.add(run);
        signal.addEventListener('abort', () => pages.delete(run));
      },
    },
  });
  return {
    ...stage,
    route,
    state: () => stage.connection.getState(),
    /** Connects, and sends the first heartbeat. */
    connect: async (): Promise<void> => {
      await stage.connection.connect();
      await stage.settle();
    },
    advance: (ms: number) => stage.environment.clock.advance(ms),
    /** The page is left, or visible again. */
    changePage: (change: 'hide' | 'visible') => [...pages].forEach((run) => run(change)),
    pageListeners: () => pages.size,
    lose: () => stage.peers.at(-1)!.setConnectionState('failed'),
  };
}
