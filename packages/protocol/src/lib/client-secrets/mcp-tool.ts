import { z } from 'zod';

const toolFilterSchema = z.strictObject({
  /** Only tools that say they change nothing. */
  read_only: z.boolean().optional(),
  /** Only tools of these names. */
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

/** Tools of a remote MCP server. `authorization` and `headers` are credentials: never show them to a browser. */
export const mcpToolSchema = z
  .strictObject({
    /** Always `mcp`. */
    type: z.literal('mcp'),
    /** Name of this server in tool calls. */
    server_label: z.string().min(1),
    /** Address of the server. One of `server_url`, `connector_id`, `tunnel_id` is needed. */
    server_url: z.string().min(1).optional(),
    /** Built-in connector, such as `connector_gmail`. */
    connector_id: z.string().min(1).optional(),
    /** Secure tunnel to the server. */
    tunnel_id: z.string().min(1).optional(),
    /** What the server offers, for the model. */
    server_description: z.string().optional(),
    /** OAuth access token for the server. Secret. */
    authorization: z.string().optional(),
    /** Headers sent to the server. Secret. */
    headers: z.record(z.string(), z.string()).nullable().optional(),
    /** Which of its tools may be used, default all. */
    allowed_tools: z
      .union([z.array(z.string()), toolFilterSchema])
      .nullable()
      .optional(),
    /** Who may call its tools. */
    allowed_callers: z
      .array(z.enum(['direct', 'programmatic']))
      .nullable()
      .optional(),
    /** Which of its tools need the user's approval. */
    require_approval: approvalSchema.nullable().optional(),
    /** Find the tools only when they are searched for. */
    defer_loading: z.boolean().optional(),
  })
  .refine(
    (tool) => [tool.server_url, tool.connector_id, tool.tunnel_id].some((target) => target !== undefined),
    'needs one of server_url, connector_id or tunnel_id',
  );

/** Tools of a remote MCP server. */
export type McpTool = z.infer<typeof mcpToolSchema>;
