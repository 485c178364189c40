import { isRecord, readMember } from '../validate.ts';
import type { UnknownRecord } from '../validate.ts';
import type { CallSignal, InterpretedCall } from './call-upstream.ts';

function textOf(record: UnknownRecord | undefined, key: string): string | undefined {
  const value = record === undefined ? undefined : readMember(record, key);
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function recordOf(record: UnknownRecord | undefined, key: string): UnknownRecord | undefined {
  const value = record === undefined ? undefined : readMember(record, key);
  return isRecord(value) ? value : undefined;
}

/** The name under which something is billed whose model is not known: `cost` has no price for it. */
const UNKNOWN_MODEL = 'unknown';

function sessionSignal(event: UnknownRecord): readonly CallSignal[] {
  const session = recordOf(event, 'session');
  return session === undefined ? [] : [{ type: 'session', session }];
}

function readSeconds(event: UnknownRecord): number | undefined {
  const usage = recordOf(event, 'usage');
  const seconds = usage && readMember(usage, 'seconds');
  return typeof seconds === 'number' && Number.isFinite(seconds) && seconds >= 0 ? seconds : undefined;
}

/** Ends that a page causes: it closed the session, or its connection. */
const endsByPage: ReadonlySet<string> = new Set(['close_requested', 'remote_hangup']);

function sessionClosed(event: UnknownRecord): readonly CallSignal[] {
  const detail = textOf(event, 'reason') ?? 'closed';
  return [
    { type: 'seconds', total: readSeconds(event), state: 'final' },
    { type: 'ended', detail, by: endsByPage.has(detail) ? 'page' : 'provider', proof: 'yes' },
  ];
}

/** A piece of what was said. Live has no event for a whole sentence. */
function transcript(event: UnknownRecord, role: 'user' | 'assistant'): readonly CallSignal[] {
  const text = textOf(event, 'delta');
  return [{ type: 'touched' }, ...(text === undefined ? [] : [{ type: 'transcript', role, text } as const])];
}

/** The model of responses to which a session delegates. */
function delegationModel(session: UnknownRecord | undefined): string | undefined {
  return textOf(recordOf(recordOf(session, 'delegation'), 'responses'), 'model');
}

const responseEnds: ReadonlySet<unknown> = new Set([
  'response.completed',
  'response.incomplete',
  'response.failed',
  'response.cancelled',
]);

/** An event of a response to which the session delegated. */
function responseEvent(event: UnknownRecord, { session }: InterpretedCall): readonly CallSignal[] {
  const inner = recordOf(event, 'event');
  const response = recordOf(inner, 'response');
  const id = textOf(response, 'id');
  if (inner === undefined || response === undefined || id === undefined) return [{ type: 'touched' }];
  const key = `response:${id}`;
  const type = readMember(inner, 'type');
  if (!responseEnds.has(type))
    return type === 'response.created'
      ? [{ type: 'activity', change: 'started', key }]
      : [{ type: 'touched' }];
  const usage = recordOf(response, 'usage');
  const model = delegationModel(session) ?? textOf(response, 'model') ?? UNKNOWN_MODEL;
  return [
    ...(usage === undefined
      ? []
      : [{ type: 'usage', key, usage: { type: 'response', model, usage } } as const]),
    { type: 'activity', change: 'stopped', key },
  ];
}

const touched = (): readonly CallSignal[] => [{ type: 'touched' }];

type Interpret = (event: UnknownRecord, call: InterpretedCall) => readonly CallSignal[];

const interpreters: ReadonlyMap<unknown, Interpret> = new Map<unknown, Interpret>([
  ['session.started', sessionSignal],
  ['session.updated', sessionSignal],
  ['session.usage.updated', (event) => [{ type: 'seconds', total: readSeconds(event), state: 'running' }]],
  ['session.closed', sessionClosed],
  ['session.input_audio.append', () => [{ type: 'connected' }]],
  ['session.input_transcript.delta', (event) => transcript(event, 'user')],
  ['session.output_transcript.delta', (event) => transcript(event, 'assistant')],
  ['session.delegation.created', touched],
  ['session.output_audio.fixture.playing', touched],
  ['session.output_audio.fixture.played', touched],
  ['decision.event', touched],
  ['response.event', responseEvent],
]);

/**
 * Translates an event of a Live session. What an id or a known type is missing from, is ignored. The key of usage is the same when the
 * event is repeated. An `error` is not the end of a session.
 */
export function interpretLiveEvent(event: UnknownRecord, call: InterpretedCall): readonly CallSignal[] {
  return interpreters.get(readMember(event, 'type'))?.(event, call) ?? [];
}
