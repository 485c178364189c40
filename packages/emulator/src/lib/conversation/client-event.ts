import { realtimeSessionSchema, transcriptionSessionSchema } from '@realtime-session/protocol';
import { z } from 'zod';

const eventId = z.string().optional();
const itemId = z.string().min(1);

/** An item a client puts into the conversation. Its content is kept as it is. */
const itemSchema = z.looseObject({
  /** Own id; made up when absent. */
  id: z.string().min(1).optional(),
  /** What it is. */
  type: z.enum([
    'message',
    'function_call',
    'function_call_output',
    'mcp_approval_response',
    'mcp_list_tools',
    'mcp_call',
    'mcp_approval_request',
  ]),
  /** Whose message it is. */
  role: z.enum(['system', 'user', 'assistant']).optional(),
});

const responseSchema = z.looseObject({
  /** `['audio']` or `['text']`, over the session's. */
  output_modalities: realtimeSessionSchema.shape.output_modalities,
  /** Tools, over the session's. */
  tools: realtimeSessionSchema.shape.tools,
  /** How tools are picked, over the session's. */
  tool_choice: realtimeSessionSchema.shape.tool_choice,
});

/** An event a client may send, told apart by `type`. */
export const clientEventSchema = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('session.update'),
    event_id: eventId,
    session: z.discriminatedUnion('type', [realtimeSessionSchema, transcriptionSessionSchema]),
  }),
  z.strictObject({
    type: z.literal('conversation.item.create'),
    event_id: eventId,
    previous_item_id: z.string().nullable().optional(),
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

/** An event a client may send. */
export type ClientEvent = z.infer<typeof clientEventSchema>;
