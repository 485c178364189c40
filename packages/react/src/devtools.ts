export { withFaultInjection } from './lib/devtools/fault-injection.ts';
export type { InspectableConnection } from './lib/page-connections.ts';
export type { InspectableManager } from './lib/devtools/inspector.ts';
export {
  RealtimeSessionDevtools,
  type RealtimeSessionDevtoolsProps,
} from './lib/devtools/realtime-session-devtools.tsx';
