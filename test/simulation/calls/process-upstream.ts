import { SidebandError } from '../../../packages/server/src/lib/calls/call-upstream.ts';
import type { CallUpstream, Sideband } from '../../../packages/server/src/lib/calls/call-upstream.ts';
import type { Creation } from './ledger.ts';
import type { Lifeline } from './lifeline.ts';
import type { World } from './world.ts';

type ServerEvent = Readonly<Record<string, unknown>>;

/** The open sidebands of one process. */
export interface ProcessUpstream {
  readonly upstream: CallUpstream;
  /** Breaks every sideband. The process notices. */
  drop(closeCode: number): void;
  /** Closes the sockets of a process that was killed. */
  sever(): void;
}

interface Socket {
  /** `finished`: closed by the other side. What was sent before still arrives, also at a process that was frozen. */
  state: 'open' | 'finished' | 'closed';
  sideband: Sideband | undefined;
  readonly onClose: (closeCode: number) => void;
}

const HANDSHAKE_MS = 50;
/** How many events are repeated after a sideband was attached again. */
const REPLAYED = 15;

/** Puts a network with faults between a process and the sidebands of the emulator. */
export function createProcessUpstream(world: World, lifeline: Lifeline, real: CallUpstream): ProcessUpstream {
  const sockets = new Set<Socket>();

  const attach: CallUpstream['attach'] = (id, handlers, context) => {
    if (lifeline.state() === 'dead') return new Promise(() => undefined);
    return lifeline.deliver(
      connect(world, { id, signal: context.signal }, async (creation) => {
        const socket: Socket = { state: 'open', sideband: undefined, onClose };
        function onClose(closeCode: number): void {
          if (socket.state !== 'open') return;
          socket.state = 'finished';
          sockets.delete(socket);
          socket.sideband?.close();
          lifeline.enter(() => handlers.onClose(closeCode));
        }
        const receive = (event: ServerEvent): void => {
          const sentAtMs = world.timeline.nowMs();
          if (socket.state !== 'open') return;
          lifeline.enter(() => {
            if (socket.state === 'closed') return;
            record(world, creation, { event, sentAtMs });
            handlers.onEvent(event);
          });
        };
        const onEvent = (event: ServerEvent): void => {
          world.activity.note();
          creation?.recent.push(event);
          receive(event);
        };
        sockets.add(socket);
        socket.sideband = await real.attach(id, { onEvent, onClose }, context).catch((error: unknown) => {
          sockets.delete(socket);
          throw error;
        });
        // What was missed may have been a conversation, and on Live nothing may be sent now.
        if (creation !== undefined) creation.lastActiveAtMs = world.timeline.nowMs();
        if (lifeline.state() === 'dead') close(socket);
        else replay(world, creation, receive);
        return wrapSideband(world, { creation, socket, lifeline, close });
      }),
    );
  };

  function close(socket: Socket): void {
    socket.state = 'closed';
    sockets.delete(socket);
    socket.sideband?.close();
  }

  return {
    upstream: { ...real, attach },
    drop(closeCode) {
      for (const socket of [...sockets]) socket.onClose(closeCode);
    },
    sever() {
      for (const socket of [...sockets]) close(socket);
    },
  };
}

interface Target {
  readonly id: string;
  readonly signal: AbortSignal;
}

/** A session of Live that was just created may be unknown for so long. Later, 404 means that it has ended. */
const UNKNOWN_MS = 1500;

function chooseFault({ settings, random, timeline }: World, creation: Creation | undefined) {
  const fault = random.pick(['404', '503', 'hang', 'reset'] as const);
  const isNew = timeline.nowMs() - (creation?.learnedAtMs ?? 0) < UNKNOWN_MS;
  return fault === '404' && settings.api === 'live' && !isNew ? '503' : fault;
}

async function connect(
  world: World,
  { id, signal }: Target,
  run: (creation: Creation | undefined) => Promise<Sideband>,
): Promise<Sideband> {
  const { timeline, random, health, journal, ledger, activity } = world;
  activity.note();
  const creation = ledger.byUpstreamId(id);
  const fault = random.chance(health.faults.attach) ? chooseFault(world, creation) : undefined;
  if (fault !== undefined) journal.count(`fault: attach ${fault}`);
  await timeline.wait(random.between(5, HANDSHAKE_MS));
  switch (fault) {
    case '404':
    case '503':
      throw new SidebandError('Refused.', Number(fault));
    case 'reset':
      throw new SidebandError('Reset.');
    case 'hang':
      return new Promise((_resolve, reject) => {
        const abort = (): void => reject(new SidebandError('Aborted.'));
        if (signal.aborted) abort();
        signal.addEventListener('abort', abort, { once: true });
      });
    case undefined:
      return activity.during(() => run(creation));
  }
}

/** Repeats the last events, as the provider may. */
function replay(
  { random, journal }: World,
  creation: Creation | undefined,
  receive: (event: ServerEvent) => void,
): void {
  const events = creation?.recent.slice(-REPLAYED) ?? [];
  if (events.length === 0 || !random.chance(0.8)) return;
  journal.count('sideband: replays');
  for (const event of events) receive(event);
}

interface WrappedCall {
  readonly creation: Creation | undefined;
  readonly socket: Socket;
  readonly lifeline: Lifeline;
  readonly close: (socket: Socket) => void;
}

function wrapSideband(world: World, { creation, socket, lifeline, close }: WrappedCall): Sideband {
  return {
    send(event) {
      world.activity.note();
      if (lifeline.state() === 'dead' || socket.state !== 'open') return;
      recordSent(world, creation, event);
      if (event['type'] === 'session.close' && world.random.chance(world.health.faults.hangUp)) {
        world.journal.count('fault: session.close lost');
        return;
      }
      socket.sideband?.send(event);
    },
    close() {
      if (lifeline.state() !== 'dead') close(socket);
    },
  };
}

/** Events of Live that are no sign of a conversation. */
const quietEvents: ReadonlySet<unknown> = new Set([
  'error',
  'info',
  'session.usage.updated',
  'session.closed',
  'session.input_audio.append',
]);

interface Received {
  readonly event: ServerEvent;
  /** A process that was frozen receives it later. */
  readonly sentAtMs: number;
}

/** A living process received an event. */
function record(
  { timeline, journal }: World,
  creation: Creation | undefined,
  { event, sentAtMs }: Received,
): void {
  if (creation === undefined) return;
  const { type } = event;
  if (!quietEvents.has(type)) creation.lastActiveAtMs = Math.max(creation.lastActiveAtMs ?? 0, sentAtMs);
  if (type === 'response.done') {
    const response = event['response'] as {
      id: string;
      output?: readonly { type: string; call_id?: string }[];
    };
    deliver(response.id);
    for (const item of response.output ?? [])
      if (item.type === 'function_call' && item.call_id !== undefined)
        creation.functionCalls.add(item.call_id);
  } else if (type === 'conversation.item.input_audio_transcription.completed') {
    deliver(String(event['item_id']));
  } else if (type === 'session.closed') {
    deliver(type);
  }

  function deliver(key: string): void {
    journal.count(creation!.delivered.has(key) ? 'usage: delivered again' : 'usage: delivered');
    if (!creation!.delivered.has(key)) creation!.delivered.set(key, timeline.nowMs());
  }
}

/** A living process sends an event. */
function recordSent({ journal }: World, creation: Creation | undefined, event: ServerEvent): void {
  const item = event['item'] as { type?: string; call_id?: string } | undefined;
  if (creation === undefined || item?.type !== 'function_call_output') return;
  const callId = String(item.call_id);
  const count = (creation.outputs.get(callId) ?? 0) + 1;
  creation.outputs.set(callId, count);
  journal.count('tools: outputs');
  if (!creation.functionCalls.has(callId))
    journal.fail('tools-once', `call ${creation.number} got an output that no function call asked for`);
  if (count > 1) journal.fail('tools-once', `call ${creation.number} got two outputs of one function call`);
}
