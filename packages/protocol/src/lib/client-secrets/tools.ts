import { z } from 'zod';
import { functionToolSchema } from '../shared/function-tool.ts';
import { mcpToolSchema } from './mcp-tool.ts';

/** A tool of the live call: a function (also when `type` is left out) or a remote MCP server. */
export const realtimeToolSchema = z.discriminatedUnion('type', [functionToolSchema, mcpToolSchema]);

/** A tool of the live call. */
export type RealtimeTool = z.infer<typeof realtimeToolSchema>;

/** How the model picks tools: a mode, one function, or one MCP server. */
export const toolChoiceSchema = z.union([
  z.enum(['none', 'auto', 'required']),
  z.discriminatedUnion('type', [
    z.strictObject({
      /** Force one function. */
      type: z.literal('function'),
      /** Its name. */
      name: z.string().min(1),
    }),
    z.strictObject({
      /** Force one MCP server. */
      type: z.literal('mcp'),
      /** Its label. */
      server_label: z.string().min(1),
      /** One of its tools. */
      name: z.string().nullable().optional(),
    }),
  ]),
]);

/** How the model picks tools. */
export type ToolChoice = z.infer<typeof toolChoiceSchema>;
