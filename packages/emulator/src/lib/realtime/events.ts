import { realtimeSessionSchema, transcriptionSessionSchema } from '@realtime-session/protocol';
import type { ApiErrorDetail } from '@realtime-session/protocol';
import { z } from 'zod';
import { isRecord } from '../shared/json.ts';
import { itemSchema } from './item-schema.ts';
import { responseSchema } from './response-schema.ts';
import type { RealtimeEvent } from './server-events.ts';

const eventId = z.string().optional();
const itemId = z.string().min(1);

export const clientEventSchema = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('session.update'),
    event_id: eventId,
    session: z.discriminatedUnion('type', [realtimeSessionSchema, transcriptionSessionSchema]),
  }),
  z.strictObject({
    type: z.literal('conversation.item.create'),
    event_id: eventId,
    previous_item_id: itemId.nullable().optional(),
    item: itemSchema,
  }),
  z.strictObject({ type: z.literal('conversation.item.retrieve'), event_id: eventId, item_id: itemId }),
  z.strictObject({ type: z.literal('conversation.item.delete'), event_id: eventId, item_id: itemId }),
  z.strictObject({
    type: z.literal('conversation.item.truncate'),
    event_id: eventId,
    item_id: itemId,
    content_index: z.int().min(0),
    audio_end_ms: z.int().min(0),
  }),
  z.strictObject({ type: z.literal('input_audio_buffer.append'), event_id: eventId, audio: z.base64() }),
  z.strictObject({ type: z.literal('input_audio_buffer.commit'), event_id: eventId }),
  z.strictObject({ type: z.literal('input_audio_buffer.clear'), event_id: eventId }),
  z.strictObject({ type: z.literal('output_audio_buffer.clear'), event_id: eventId }),
  z.strictObject({
    type: z.literal('response.create'),
    event_id: eventId,
    response: responseSchema.optional(),
  }),
  z.strictObject({
    type: z.literal('response.cancel'),
    event_id: eventId,
    response_id: z.string().optional(),
  }),
]);

export type ClientEvent = z.infer<typeof clientEventSchema>;

/** A server event before it gets its `event_id`. */
export interface ServerEvent {
  readonly type: string;
  readonly [member: string]: unknown;
}

/** Sends an event to the client, with a new `event_id`. Does nothing once the connection is closing. */
export type Send = (event: ServerEvent) => void;

/** Builds an `error` event. The connection stays open after it. */
export function errorEvent(
  detail: ApiErrorDetail,
  clientEventId?: string,
): Extract<RealtimeEvent, { type: 'error' }> {
  const { message = '', type = 'invalid_request_error', code = null, param = null } = detail;
  return { type: 'error', error: { type, code, message, param, event_id: clientEventId ?? null } };
}

/** The id that the client gave its event, if any. */
export function getEventId(input: unknown): string | undefined {
  const id = isRecord(input) ? input['event_id'] : undefined;
  return typeof id === 'string' ? id : undefined;
}
