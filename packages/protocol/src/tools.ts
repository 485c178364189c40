import { z } from 'zod';

/** Name of a function. The API rejects the whole session if a name has other characters, such as a space, a dot or a slash. */
export const functionNameSchema = z
  .string()
  .regex(/^[\w-]{1,64}$/, 'must have 1 to 64 letters, digits, underscores and hyphens');

/** A function that the model can call. Both create calls accept this shape. */
export const functionToolSchema = z
  .strictObject({
    /** Always `function`. Optional. */
    type: z.literal('function').optional(),
    /** Name of the function, 1 to 64 letters, digits, underscores and hyphens. Required, although the official types make it optional. */
    name: functionNameSchema.optional(),
    /** When and how the model should call the function. */
    description: z.string().optional(),
    /** Parameters as a JSON Schema. */
    parameters: z.unknown().optional(),
  })
  .refine((tool) => tool.name !== undefined, { path: ['name'], message: 'is required' });

/** A function that the model can call. */
export type FunctionTool = z.infer<typeof functionToolSchema>;

const toolFilterSchema = z.strictObject({
  /** Only tools that are marked as read-only. */
  read_only: z.boolean().optional(),
  /** Only tools with these names. */
  tool_names: z.array(z.string()).optional(),
});

const approvalSchema = z.union([
  z.enum(['always', 'never']),
  z.strictObject({
    /** Tools that always need approval. */
    always: toolFilterSchema.optional(),
    /** Tools that never need approval. */
    never: toolFilterSchema.optional(),
  }),
]);

/** The tools of a remote MCP server. `authorization` and `headers` are credentials: never send them to a browser. */
export const mcpToolSchema = z
  .strictObject({
    /** Always `mcp`. */
    type: z.literal('mcp'),
    /** Name of this server in tool calls. */
    server_label: z.string().min(1),
    /** URL of the server. One of `server_url`, `connector_id` and `tunnel_id` is required. */
    server_url: z.string().min(1).optional(),
    /** Id of a built-in connector, such as `connector_gmail`. */
    connector_id: z.string().min(1).optional(),
    /** Id of a secure tunnel to the server. */
    tunnel_id: z.string().min(1).optional(),
    /** Description of the server for the model. */
    server_description: z.string().optional(),
    /** OAuth access token for the server. Secret. */
    authorization: z.string().optional(),
    /** HTTP headers for the server. Secret. */
    headers: z.record(z.string(), z.string()).nullable().optional(),
    /** The tools that the model can use. Default: all. */
    allowed_tools: z
      .union([z.array(z.string()), toolFilterSchema])
      .nullable()
      .optional(),
    /** Who can call the tools. */
    allowed_callers: z
      .array(z.enum(['direct', 'programmatic']))
      .nullable()
      .optional(),
    /** The tools that need the user's approval. */
    require_approval: approvalSchema.nullable().optional(),
    /** Whether the tools load only when the model searches for them. */
    defer_loading: z.boolean().optional(),
  })
  .refine(
    (tool) => [tool.server_url, tool.connector_id, tool.tunnel_id].some((target) => target !== undefined),
    'needs one of server_url, connector_id or tunnel_id',
  );

/** The tools of a remote MCP server. */
export type McpTool = z.infer<typeof mcpToolSchema>;

/** A tool of the `client_secrets` call: a function (`type` is optional) or a remote MCP server. */
export const realtimeToolSchema = z.discriminatedUnion('type', [functionToolSchema, mcpToolSchema]);

/** A tool of the `client_secrets` call. */
export type RealtimeTool = z.infer<typeof realtimeToolSchema>;

/** How the model chooses tools: a mode, one function, or one MCP server. */
export const toolChoiceSchema = z.union([
  z.enum(['none', 'auto', 'required']),
  z.discriminatedUnion('type', [
    z.strictObject({
      /** Forces one function. */
      type: z.literal('function'),
      /** Name of the function. */
      name: functionNameSchema,
    }),
    z.strictObject({
      /** Forces one MCP server. */
      type: z.literal('mcp'),
      /** Label of the server. */
      server_label: z.string().min(1),
      /** Name of one of its tools. */
      name: z.string().nullable().optional(),
    }),
  ]),
]);

/** How the model chooses tools. */
export type ToolChoice = z.infer<typeof toolChoiceSchema>;
