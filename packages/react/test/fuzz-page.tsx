import type { Environment, TokenEvent, TokenManager } from '@realtime-session/core';
import {
  RealtimeSessionProvider,
  useRealtimeSession,
  type UseRealtimeSessionOptions,
} from '@realtime-session/react';
import {
  useRealtimeConnection,
  type RealtimeConnectionOptions,
  type UseRealtimeConnectionResult,
} from '@realtime-session/react/webrtc';
import * as React from 'react';
import {
  Component,
  Fragment,
  StrictMode,
  Suspense,
  useEffect,
  useLayoutEffect,
  type ComponentType,
  type ReactNode,
} from 'react';
import type { SlotState, SourceName } from './fuzz-schedule.ts';

/** What the components of the page use and report to. */
export interface PageHost {
  readonly name: string;
  readonly environment: Environment;
  readonly managers: readonly TokenManager[];
  readonly fetchToken: (identity: string, signal: AbortSignal) => Promise<unknown>;
  readonly onTokenEvent: (identity: string, event: TokenEvent) => void;
  readonly toOptions: (slot: number, state: SlotState) => RealtimeConnectionOptions;
  readonly onCommit: (slot: number, result: UseRealtimeConnectionResult) => void;
  readonly onReset: (slot: number, reset: () => void) => void;
  readonly send: (slot: number, result: UseRealtimeConnectionResult) => void;
  readonly connect: (slot: number, result: UseRealtimeConnectionResult, by: 'child' | 'loop') => void;
}

export interface PageState {
  readonly slots: readonly SlotState[];
  readonly provided: 0 | 1;
  readonly mode: 'strict' | 'normal';
}

interface SlotProps {
  readonly host: PageHost;
  readonly slot: number;
  readonly state: SlotState;
}

/** React 18 has no `Activity`: what would be hidden is removed there. */
const Activity = Reflect.get(React, 'Activity') as
  ComponentType<{ readonly mode: 'visible' | 'hidden'; readonly children: ReactNode }> | undefined;

export function Page({ host, state }: { readonly host: PageHost; readonly state: PageState }): ReactNode {
  const Mode = state.mode === 'strict' ? StrictMode : Fragment;
  return (
    <Mode>
      <RealtimeSessionProvider manager={host.managers[state.provided]}>
        {state.slots.map((slotState, slot) => (
          <Slot key={slot} host={host} slot={slot} state={slotState} />
        ))}
      </RealtimeSessionProvider>
    </Mode>
  );
}

function Slot({ host, slot, state }: SlotProps): ReactNode {
  if (state.presence === 'absent') return null;
  if (state.presence === 'hidden' && !Activity) return null;
  const content = (
    <Boundary key={state.presence === 'crashed' ? 'crashed' : 'sound'}>
      <Suspense fallback={<i>waiting</i>}>
        <Choice key={state.instance} host={host} slot={slot} state={state} />
      </Suspense>
    </Boundary>
  );
  return Activity ? (
    <Activity mode={state.presence === 'hidden' ? 'hidden' : 'visible'}>{content}</Activity>
  ) : (
    content
  );
}

/** Components with the same kind of source keep their connection when the source changes. */
function Choice(props: SlotProps): ReactNode {
  return props.state.source.startsWith('session') ? <VoiceOfSession {...props} /> : <Voice {...props} />;
}

class Boundary extends Component<{ readonly children: ReactNode }> {
  static getDerivedStateFromError(): { hasFailed: boolean } {
    return { hasFailed: true };
  }
  override state = { hasFailed: false };
  override render(): ReactNode {
    return this.state.hasFailed ? <i>failed</i> : this.props.children;
  }
}

export const CRASH = 'a component crashed';
const never = new Promise<never>(() => undefined);

function toSession(host: PageHost, source: SourceName): UseRealtimeSessionOptions {
  const { environment } = host;
  const identity = toIdentity(source);
  const fetchToken: UseRealtimeSessionOptions['fetchToken'] = ({ signal }) =>
    host.fetchToken(identity, signal);
  const onEvent = (event: TokenEvent): void => host.onTokenEvent(identity, event);
  const options = { fetchToken, environment, onEvent };
  if (source === 'own') return options;
  const key = `${host.name} ${identity}`;
  return source === 'ann with params' ? { ...options, key, params: { tier: 1 } } : { ...options, key };
}

/** Sources with the same identity share one token. */
export function toIdentity(source: SourceName): string {
  return source.replace('session of ', '');
}

function Voice({ host, slot, state }: SlotProps): ReactNode {
  const { source } = state;
  const tokens =
    source === 'provider'
      ? undefined
      : source === 'manager 1'
        ? host.managers[0]
        : source === 'manager 2'
          ? host.managers[1]
          : toSession(host, source);
  const connection = useRealtimeConnection(tokens, host.toOptions(slot, state));
  return <Call host={host} slot={slot} state={state} connection={connection} />;
}

function VoiceOfSession({ host, slot, state }: SlotProps): ReactNode {
  const session = useRealtimeSession(toSession(host, state.source));
  const connection = useRealtimeConnection(session, host.toOptions(slot, state));
  const { reset } = session;
  useLayoutEffect(() => host.onReset(slot, () => reset()));
  return <Call host={host} slot={slot} state={state} connection={connection} />;
}

interface CallProps extends SlotProps {
  readonly connection: UseRealtimeConnectionResult;
}

function Call({ host, slot, state, connection }: CallProps): ReactNode {
  useLayoutEffect(() => host.onCommit(slot, connection));
  if (state.presence === 'crashed') throw new Error(CRASH);
  if (state.presence === 'suspended') suspend();
  return (
    <>
      <output data-slot={slot}>{connection.status}</output>
      <Child key={state.child} host={host} slot={slot} state={state} connection={connection} />
    </>
  );
}

/** React 18 and 19 both wait for a thrown promise. */
function suspend(): never {
  throw never as unknown as Error; // React's own protocol
}

function Child({ host, slot, state, connection }: CallProps): ReactNode {
  const { source, child } = state;
  useLayoutEffect(() => {
    if (child === 'send') host.send(slot, connection);
    if (child === 'connect') host.connect(slot, connection, 'child');
    // Runs when it mounts, and when the source changes.
  }, [source, child]);
  useEffect(() => {
    if (child === 'loop' && connection.status === 'failed') host.connect(slot, connection, 'loop');
  });
  return null;
}
