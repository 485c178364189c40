import { z } from 'zod';
import { decisionQuestionSchema } from './live-decisions.ts';
import { liveObject } from './live-object.ts';

const functionToolSchema = liveObject({
  /** Always `function`. */
  type: z.literal('function'),
  /** Name of the function. */
  name: z.string().min(1),
  /** What the function does and when the model should call it. */
  description: z.string().nullable().optional(),
  /** Parameters as a JSON Schema. */
  parameters: z.record(z.string(), z.unknown()).nullable().optional(),
  /** Whether the arguments must match the parameters exactly. */
  strict: z.boolean().nullable().optional(),
});

/** A tool of the Responses API. The Live API documents its `type` only, so its other settings are not checked. */
const otherToolSchema = z.looseObject({
  /** The tool, such as `web_search` or `mcp`. */
  type: z.enum([
    'web_search',
    'file_search',
    'code_interpreter',
    'shell',
    'image_generation',
    'mcp',
    'custom',
    'namespace',
    'tool_search',
    'programmatic_tool_calling',
    'computer',
    'apply_patch',
  ]),
});

const namedChoices = [
  liveObject({
    /** One function. */
    type: z.literal('function'),
    /** Name of the function. */
    name: z.string(),
  }),
  liveObject({
    /** One tool of an MCP server. */
    type: z.literal('mcp'),
    /** Name of the tool. */
    name: z.string(),
    /** Label of the server. */
    server_label: z.string(),
  }),
  liveObject({
    /** One custom tool. */
    type: z.literal('custom'),
    /** Name of the tool. */
    name: z.string(),
  }),
  liveObject({
    /** A tool of the Responses API. */
    type: z.enum([
      'file_search',
      'web_search',
      'web_search_preview',
      'image_generation',
      'computer',
      'code_interpreter',
      'programmatic_tool_calling',
      'shell',
      'apply_patch',
    ]),
  }),
] as const;

const toolChoiceModeSchema = z.enum(['auto', 'none', 'required']);

const toolChoiceSchema = z.union([
  toolChoiceModeSchema,
  z.discriminatedUnion('type', [
    ...namedChoices,
    liveObject({
      /** A part of the tools. */
      type: z.literal('allowed_tools'),
      /** The tools. */
      tools: z.array(z.discriminatedUnion('type', namedChoices)),
      /** How the model chooses among them. */
      mode: toolChoiceModeSchema.nullable().optional(),
    }),
  ]),
]);

const responsesSchema = liveObject({
  /** Model of the Responses API that does the delegated work. Its tokens are billed in addition to the session. */
  model: z.string().min(1),
  /** Instructions of that model. They are separate from those of the session. */
  instructions: z.string().nullable().optional(),
  /** Maximum output tokens of each delegated response, at least 16. */
  max_output_tokens: z.int().min(16).nullable().optional(),
  /** Whether tools can run in parallel. */
  parallel_tool_calls: z.boolean().nullable().optional(),
  /** Settings of reasoning models. */
  reasoning: liveObject({
    /** Effort before the response. Which values exist depends on the model. */
    effort: z.enum(['none', 'minimal', 'low', 'medium', 'high', 'xhigh']).nullable().optional(),
    /** Summary of the reasoning. */
    summary: z.enum(['concise', 'detailed', 'auto']).nullable().optional(),
  })
    .nullable()
    .optional(),
  /** Service tier of the delegated responses. */
  service_tier: z
    .enum(['auto', 'default', 'fast_tier_temp_pilot', 'flex', 'priority', 'ultrafast'])
    .nullable()
    .optional(),
  /** Settings of the delegated text. They do not change how Live speaks. */
  text: liveObject({
    /** How detailed the text is. */
    verbosity: z.enum(['low', 'medium', 'high']).nullable().optional(),
  })
    .nullable()
    .optional(),
  /** How the model chooses tools. */
  tool_choice: toolChoiceSchema.optional(),
  /** Tools of that model. */
  tools: z.array(z.discriminatedUnion('type', [functionToolSchema, otherToolSchema])).optional(),
});

const decisionsSchema = liveObject({
  /** Model of the Decisions API. */
  model: z.string().min(1),
  /** Questions, evaluated together and in order. */
  questions: z.array(decisionQuestionSchema),
});

/** Delay before Live says that it works on a delegation, in milliseconds. Default: 0, or 400 with `decisions`. */
const acknowledgementDelaySchema = z.int().min(0).optional();

const clientDelegationSchema = liveObject({
  /** Your application does the delegated work. */
  type: z.literal('client'),
  acknowledgement_delay_ms: acknowledgementDelaySchema,
});

/** Who does the work that a Live session delegates: your application (default), the Responses API, or the Decisions API. */
export const liveDelegationSchema = z
  .discriminatedUnion('type', [
    clientDelegationSchema,
    liveObject({
      /** A model of the Responses API does the delegated work. */
      type: z.literal('responses'),
      acknowledgement_delay_ms: acknowledgementDelaySchema,
      /** Its model, instructions and tools. */
      responses: responsesSchema,
    }),
    liveObject({
      /** The Decisions API does the delegated work. */
      type: z.literal('decisions'),
      acknowledgement_delay_ms: acknowledgementDelaySchema,
      /** Its model and questions. */
      decisions: decisionsSchema,
    }),
  ])
  .nullable();

/** `delegation` of `session.update`. The type cannot change; settings that are left out keep their value. */
export const liveDelegationUpdateSchema = z
  .discriminatedUnion('type', [
    clientDelegationSchema,
    liveObject({
      /** As at the start. */
      type: z.literal('responses'),
      acknowledgement_delay_ms: acknowledgementDelaySchema,
      /** The settings to change. */
      responses: responsesSchema.partial().optional(),
    }),
    liveObject({
      /** As at the start. */
      type: z.literal('decisions'),
      acknowledgement_delay_ms: acknowledgementDelaySchema,
      /** The settings to change. */
      decisions: decisionsSchema.partial().optional(),
    }),
  ])
  .nullable();
