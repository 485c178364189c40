import { z } from 'zod';

const shared = {
  id: z.string().min(1).exactOptional(),
  object: z.literal('realtime.item').exactOptional(),
  status: z.enum(['completed', 'incomplete', 'in_progress']).exactOptional(),
};

const inputText = z.strictObject({ type: z.literal('input_text'), text: z.string() });
const inputAudio = z.strictObject({
  type: z.literal('input_audio'),
  audio: z.base64(),
  transcript: z.string().nullable().exactOptional(),
});
const inputImage = z.strictObject({
  type: z.literal('input_image'),
  image_url: z
    .string()
    .regex(/^data:image\/(?:png|jpeg);base64,/, 'must be a data URI of a PNG or JPEG image'),
  detail: z.enum(['auto', 'low', 'high']).exactOptional(),
});
const outputText = z.strictObject({ type: z.literal('output_text'), text: z.string() });

const message = z.discriminatedUnion('role', [
  z.strictObject({
    ...shared,
    type: z.literal('message'),
    role: z.literal('system'),
    content: z.array(z.discriminatedUnion('type', [inputText])),
  }),
  z.strictObject({
    ...shared,
    type: z.literal('message'),
    role: z.literal('user'),
    content: z.array(z.discriminatedUnion('type', [inputText, inputAudio, inputImage])),
  }),
  // Audio of the assistant cannot be added, as documented.
  z.strictObject({
    ...shared,
    type: z.literal('message'),
    role: z.literal('assistant'),
    content: z.array(z.discriminatedUnion('type', [outputText])),
  }),
]);

const callId = z.string().min(1);
const serverLabel = z.string();

const items = [
  message,
  z.strictObject({
    ...shared,
    type: z.literal('function_call'),
    name: z.string().min(1),
    arguments: z.string(),
    call_id: callId.exactOptional(),
  }),
  z.strictObject({
    ...shared,
    type: z.literal('function_call_output'),
    call_id: callId,
    output: z.string(),
  }),
  z.strictObject({
    id: z.string().min(1),
    type: z.literal('mcp_approval_response'),
    approval_request_id: z.string(),
    approve: z.boolean(),
    reason: z.string().nullable().exactOptional(),
  }),
  z.strictObject({
    id: z.string().min(1).exactOptional(),
    type: z.literal('mcp_list_tools'),
    server_label: serverLabel,
    tools: z.array(
      z.strictObject({
        name: z.string(),
        input_schema: z.unknown(),
        description: z.string().nullable().exactOptional(),
        annotations: z.unknown().optional(),
      }),
    ),
  }),
  z.strictObject({
    id: z.string().min(1),
    type: z.literal('mcp_call'),
    server_label: serverLabel,
    name: z.string(),
    arguments: z.string(),
    output: z.string().nullable().exactOptional(),
    approval_request_id: z.string().nullable().exactOptional(),
    error: z
      .discriminatedUnion('type', [
        z.strictObject({ type: z.literal('protocol_error'), code: z.number(), message: z.string() }),
        z.strictObject({ type: z.literal('tool_execution_error'), message: z.string() }),
        z.strictObject({ type: z.literal('http_error'), code: z.number(), message: z.string() }),
      ])
      .nullable()
      .exactOptional(),
  }),
  z.strictObject({
    id: z.string().min(1),
    type: z.literal('mcp_approval_request'),
    server_label: serverLabel,
    name: z.string(),
    arguments: z.string(),
  }),
] as const;

/** An item that a client adds to the conversation. */
export const itemSchema = z.discriminatedUnion('type', items);

/** An item of `response.create`: a new one, or a reference to one of the session. */
export const responseInputSchema = z.discriminatedUnion('type', [
  ...items,
  z.strictObject({ type: z.literal('item_reference'), id: z.string().min(1) }),
]);

export type ClientItem = z.infer<typeof itemSchema>;
