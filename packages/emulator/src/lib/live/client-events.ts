import { issuePaths, liveSessionUpdateSchema } from '@realtime-session/protocol';
import type { ApiErrorDetail } from '@realtime-session/protocol';
import { z } from 'zod';
import { toErrorDetail } from '../http/http-error.ts';
import { isRecord } from '../shared/json.ts';

const eventId = z.string().nullable().optional();

const contextFields = { event_id: eventId, content: z.string().min(1), delegation_id: z.string().nullable() };

const clientEventSchema = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('session.update'), event_id: eventId, session: liveSessionUpdateSchema }),
  z.strictObject({ type: z.literal('session.input_audio.mute'), event_id: eventId }),
  z.strictObject({ type: z.literal('session.input_audio.unmute'), event_id: eventId }),
  z.strictObject({
    type: z.literal('session.output_audio.fixture.play'),
    event_id: eventId,
    audio: z.base64(),
  }),
  z.strictObject({ type: z.literal('session.instructions.append'), ...contextFields }),
  z.strictObject({ type: z.literal('session.thinking.append'), ...contextFields }),
  z.strictObject({ type: z.literal('session.commentary.append'), ...contextFields }),
  z.strictObject({ type: z.literal('decision.create'), event_id: z.string() }),
  z.strictObject({
    type: z.literal('decision.item.create'),
    event_id: eventId,
    item: z.record(z.string(), z.unknown()),
  }),
  z.strictObject({ type: z.literal('decision.item.delete'), event_id: eventId, item_id: z.string() }),
  z.strictObject({
    type: z.literal('response.item.create'),
    event_id: eventId,
    item: z.record(z.string(), z.unknown()),
  }),
  z.strictObject({ type: z.literal('response.create'), event_id: eventId }),
  z.strictObject({ type: z.literal('session.close'), event_id: eventId }),
]);

/** A client event of a Live session. */
export type LiveClientEvent = z.infer<typeof clientEventSchema>;

/** An event that adds to the context of the model. */
export type AppendEvent = Extract<LiveClientEvent, { content: string }>;

/** Settings of a session that can be set at its creation only. */
const IMMUTABLE_FIELDS: ReadonlySet<string> = new Set(
  ['model', 'instructions', 'audio', 'client', 'input', 'store'].map((name) => `session.${name}`),
);

/** Events that exist, but not in a session over WebRTC. */
const OTHER_TRANSPORTS: ReadonlyMap<unknown, string> = new Map([
  ['session.start', 'The session has already started: its creation starts it.'],
  ['session.input_audio.append', 'The audio of the user arrives on the media track of this session.'],
  ['transport.dtmf.send', 'Only a SIP call can send DTMF. This session uses WebRTC.'],
]);

/** Parses a client event, or returns what is wrong with it. */
export function parseClientEvent(input: unknown): LiveClientEvent | { readonly error: ApiErrorDetail } {
  const type = isRecord(input) ? input['type'] : undefined;
  const message = OTHER_TRANSPORTS.get(type);
  if (message !== undefined) return { error: { message, param: 'type', code: 'invalid_value' } };
  const parsed = clientEventSchema.safeParse(input);
  if (parsed.success) return parsed.data;
  const issues = issuePaths(parsed.error, input);
  const immutable = issues.find(({ kind, path }) => kind === 'unknown' && IMMUTABLE_FIELDS.has(path));
  return { error: immutable === undefined ? toErrorDetail(issues) : immutableField(immutable.path) };
}

export function immutableField(param: string): ApiErrorDetail {
  return { message: `'${param}' cannot change after the start.`, param, code: 'immutable_field_update' };
}

/** Returns the id of a client event, so that the answer can name it. */
export function getClientEventId(input: unknown): string | undefined {
  const id = isRecord(input) ? input['event_id'] : undefined;
  return typeof id === 'string' ? id : undefined;
}
