import { z } from 'zod';
import { liveObject } from './live-object.ts';

const jsonObjectSchema = z.record(z.string(), z.unknown());

const questionPartSchema = z.discriminatedUnion('type', [
  liveObject({
    /** Text. */
    type: z.literal('input_text'),
    /** The text. */
    text: z.string(),
  }),
  liveObject({
    /** An image. */
    type: z.literal('input_image'),
    /** URL of the image: `https:`, `http:` or `data:`. */
    image_url: z.string(),
    /** Detail that the model sees. Default: `auto`. */
    detail: z.enum(['low', 'high', 'auto', 'original']).nullable().optional(),
  }),
  liveObject({
    /** JSON. */
    type: z.literal('input_json'),
    /** An object or a list of objects. */
    data: z.union([jsonObjectSchema, z.array(jsonObjectSchema)]),
  }),
]);

const questionFields = {
  /** The question, as text or as a list of parts. */
  instructions: z.union([z.string(), z.array(questionPartSchema)]),
  /** Name of the question. */
  name: z.string().optional(),
};

/** A question of the Decisions API. */
export const decisionQuestionSchema = z.discriminatedUnion('type', [
  liveObject({
    ...questionFields,
    /** Chooses one of several values. */
    type: z.literal('choice'),
    /** The values. */
    choices: z.array(
      liveObject({
        /** The value. */
        value: z.union([z.string(), z.boolean()]),
        /** When to choose it. */
        description: z.string().optional(),
      }),
    ),
  }),
  liveObject({
    ...questionFields,
    /** Whether something is true. */
    type: z.literal('predicate'),
  }),
  liveObject({
    ...questionFields,
    /** Rates on a scale. */
    type: z.literal('score'),
    /** The levels of the scale. */
    levels: z.array(
      liveObject({
        /** Name of the level. */
        label: z.string(),
        /** When it applies. */
        description: z.string().optional(),
      }),
    ),
  }),
]);

const triggerSchema = liveObject({
  /** Always `decisions`. */
  type: z.literal('decisions'),
  /** The event that starts an evaluation. */
  event_type: z.enum(['session.input_transcript.delta', 'session.output_transcript.delta']),
  /** What is evaluated. */
  decisions: liveObject({
    /** Questions, evaluated together and in order. */
    questions: z.array(decisionQuestionSchema),
  }),
});

/** Decisions triggers of a Live session, at most one for each event type. */
export const liveTriggersSchema = z
  .array(triggerSchema)
  .refine(
    (triggers) => new Set(triggers.map((trigger) => trigger.event_type)).size === triggers.length,
    'must have at most one trigger for each event_type',
  );
