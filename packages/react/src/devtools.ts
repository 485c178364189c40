export {
  RealtimeSessionDevtools,
  type RealtimeSessionDevtoolsProps,
} from './lib/devtools/realtime-session-devtools.tsx';
