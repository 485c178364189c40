import { z } from 'zod';
import { liveTriggersSchema } from './live-decisions.ts';
import { liveDelegationSchema, liveDelegationUpdateSchema } from './live-delegation.ts';
import { liveClientEvents, liveServerEvents } from './live-events.ts';
import { liveObject } from './live-object.ts';

/** The day on which {@link liveModels} and {@link liveVoices} were last compared with OpenAI's documentation, as `YYYY-MM-DD`. */
export const LIVE_CHECKED_ON = '2026-11-26';

/** The known models of the Live API, the newest first. Other names are valid: on Azure, the model is the name of a deployment. */
export const liveModels = ['gpt-live-1.1', 'gpt-live-1'] as const;

/**
 * The known built-in voices of the Live API, on {@link LIVE_CHECKED_ON}. Source: `BuiltInVoice` of the `openai` package, and the voices
 * that the documentation added in November 2026. The API answers an unknown voice with 403, as it does a key without access.
 */
export const liveVoices = [
  'alloy',
  'ash',
  'ballad',
  'beacon',
  'bossa',
  'brise',
  'cedar',
  'cinder',
  'coral',
  'delta',
  'echo',
  'flitz',
  'gleam',
  'harema',
  'juni',
  'marin',
  'meridian',
  'nira',
  'noeul',
  'nuri',
  'quartz',
  'ripple',
  'sage',
  'shida',
  'shimmer',
  'sillage',
  'stone',
  'tempo',
  'verse',
  'vesper',
  'willow',
] as const;

const MAX_INPUT_MESSAGES = 128;

const voiceNames: ReadonlySet<string> = new Set(liveVoices);
const clientEventNames: ReadonlySet<string> = new Set(liveClientEvents);
const serverEventNames: ReadonlySet<string> = new Set(liveServerEvents);

const modelSchema = z
  .string()
  .min(1)
  .refine(
    (name) => !/^gpt-(?:realtime|audio)|-realtime-preview/.test(name),
    `must be a model of the Live API, such as ${liveModels[0]}: this one opens Realtime sessions`,
  );

const voiceSchema = z.union([
  z
    .string()
    .min(1)
    .refine(
      (name) => voiceNames.has(name),
      `must be a voice of the Live API, because the API answers others with 403; known on ${LIVE_CHECKED_ON}: ${liveVoices.join(', ')}`,
    ),
  liveObject({
    /** Id of a custom voice. */
    id: z.string().min(1),
  }),
]);

const clientEventSchema = z
  .string({
    error: 'must be the name of a client event, such as "session.close": only server events are objects',
  })
  .min(1)
  .refine(
    (name) => clientEventNames.has(name) || !serverEventNames.has(name),
    'must be a client event: list server events in allowed_server_events, as { type: "session.closed" }',
  );

const serverEventSchema = liveObject(
  {
    /** Name of the event. `response.event` for events of the delegated response. */
    type: z
      .string()
      .min(1)
      .refine(
        (name) => serverEventNames.has(name) || !clientEventNames.has(name),
        'must be a server event: list client events in allowed_client_events',
      ),
    /** Name of the nested event. Required if `type` is `response.event`, otherwise forbidden. */
    response_event: z.string().min(1).optional(),
  },
  { typeMessage: 'must be an object, such as { type: "session.closed" }: only client events are names' },
)
  .refine(({ type, response_event: nested }) => type !== 'response.event' || nested !== undefined, {
    path: ['response_event'],
    message: 'is required if type is response.event: name the nested event, such as response.completed',
  })
  .refine(({ type, response_event: nested }) => type === 'response.event' || nested === undefined, {
    path: ['response_event'],
    message: 'must be left out unless type is response.event',
  });

const dataChannelSchema = liveObject({
  /** Names of the events that the page may send. Default: `all`. An empty list allows none. */
  allowed_client_events: z.union([z.literal('all'), z.array(clientEventSchema)]).optional(),
  /** The events that the page receives. Default: `all`, which includes the instructions. An empty list allows none. */
  allowed_server_events: z.union([z.literal('all'), z.array(serverEventSchema)]).optional(),
});

const messageFields = {
  /** Always `message`. */
  type: z.literal('message').optional(),
  /** Id of the message. */
  id: z.string().nullable().optional(),
  /** Whether the message is complete. */
  status: z.enum(['incomplete', 'completed']).nullable().optional(),
};

const inputTextSchema = liveObject({
  /** Always `input_text`. */
  type: z.literal('input_text').optional(),
  /** The text. */
  text: z.string(),
});

const messageSchema = z.discriminatedUnion('role', [
  liveObject({
    ...messageFields,
    /** Your instructions. */
    role: z.literal('developer'),
    /** Exactly one part. */
    content: z.array(inputTextSchema).length(1),
  }),
  liveObject({
    ...messageFields,
    /** What the user said. */
    role: z.literal('user'),
    /** Exactly one part. */
    content: z.array(inputTextSchema).length(1),
  }),
  liveObject({
    ...messageFields,
    /** What the model said. */
    role: z.literal('assistant'),
    /** Exactly one part. */
    content: z
      .array(
        z.union([
          liveObject({
            /** Text, the default. */
            type: z.literal('text').optional(),
            /** The text. */
            text: z.string(),
          }),
          liveObject({
            /** Text as the Responses API returns it. */
            type: z.literal('output_text'),
            /** The text. */
            text: z.string(),
          }),
        ]),
      )
      .length(1),
  }),
]);

/**
 * `session` of `POST /v1/live/sessions`, which creates a Live session over WebRTC. Only `model` is required; unknown keys are rejected,
 * and a field of Realtime with a message that names its counterpart.
 *
 * @example
 * ```ts
 * const session = { model: 'gpt-live-1.1', tools: [] };
 * const parsed = liveSessionSchema.safeParse(session);
 * if (!parsed.success) issuePaths(parsed.error, session); // tools is delegation.responses.tools in a Live session: …
 * ```
 */
export const liveSessionSchema = liveObject(
  {
    /** Name of the model, such as `gpt-live-1.1`. Open, except for models of the Realtime API. */
    model: modelSchema,
    /** Audio. WebRTC negotiates its format. */
    audio: liveObject(
      {
        /** How the model sounds. */
        output: liveObject(
          {
            /** A voice of {@link liveVoices}, or a custom voice by id. Default: `marin`. Cannot change after the start. */
            voice: voiceSchema.optional(),
          },
          { path: 'audio.output' },
        ).optional(),
      },
      { path: 'audio' },
    ).optional(),
    /** What the page can do. Does not affect sidebands. */
    client: liveObject({
      /** The events that the page can send and receive. */
      data_channel: dataChannelSchema,
    }).optional(),
    /** Who does the work that the session delegates. Default: your application. */
    delegation: liveDelegationSchema.optional(),
    /** Earlier messages, at most 128, each with one part. The API also limits their tokens, to 8192 by default. */
    input: z.array(messageSchema).max(MAX_INPUT_MESSAGES).optional(),
    /** System instructions. The API limits them to 16384 tokens. Default: those of the API. Cannot change after the start. */
    instructions: z.string().nullable().optional(),
    /** Stable id of the user, for OpenAI's abuse detection. Must not identify a person. */
    safety_identifier: z.string().nullable().optional(),
    /** Whether OpenAI stores the session, for forks and recordings. Default: false. */
    store: z.boolean().optional(),
    /** Decisions triggers, at most one for each event type. Default: none. */
    triggers: liveTriggersSchema.optional(),
  },
  { path: '' },
);

/** `session` of `POST /v1/live/sessions`. */
export type LiveSession = z.infer<typeof liveSessionSchema>;

/** `session` of the event `session.update`: the only fields that can change after the start. Unknown keys are rejected. */
export const liveSessionUpdateSchema = liveObject({
  /** Settings of the delegation. Its type cannot change. */
  delegation: liveDelegationUpdateSchema.optional(),
  /** Replaces the triggers. An empty list removes them. */
  triggers: liveTriggersSchema.optional(),
});

/** `session` of the event `session.update`. */
export type LiveSessionUpdate = z.infer<typeof liveSessionUpdateSchema>;

/** Body of `POST /v1/live/sessions`. Unknown keys are rejected. */
export const liveCreateRequestSchema = liveObject({
  /** The session. */
  session: liveSessionSchema,
  /** The connection. */
  transport: liveObject({
    /** Always `webrtc`. */
    type: z.literal('webrtc'),
    /** The page's offer. */
    sdp: z.string().min(1),
  }),
});

/** Body of `POST /v1/live/sessions`. */
export type LiveCreateRequest = z.infer<typeof liveCreateRequestSchema>;

/** Response of `POST /v1/live/sessions`, with status 201. Unknown keys are kept. */
export const liveCreateResponseSchema = z.looseObject({
  /** The session that was created. It is billed from now on, with a minimum of 15 seconds. */
  session: z.looseObject({
    /** Id of the session, such as `live_…`. Use it unchanged. */
    id: z.string().min(1),
  }),
  /** The connection. */
  transport: z.looseObject({
    /** Always `webrtc`. */
    type: z.literal('webrtc'),
    /** The API's answer. */
    sdp: z.string().min(1),
  }),
});

/** Response of `POST /v1/live/sessions`. */
export type LiveCreateResponse = z.infer<typeof liveCreateResponseSchema>;
