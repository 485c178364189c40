import { issuePaths } from '@realtime-session/protocol';
import { z } from 'zod';
import { FAULTS } from '../faults/fault-catalog.ts';
import type { FaultName } from '../faults/fault-catalog.ts';
import { ApiFailure } from '../http/api-failure.ts';
import { refusal } from '../http/refusal.ts';

const name = z.enum(Object.keys(FAULTS) as [FaultName, ...FaultName[]]); // the keys of the catalog
const places = ['mint', 'calls', 'websocket', 'session'] as const;

/** Somewhere a fault strikes. */
export const placeSchema = z.enum(places);

/** A fault to turn on: `{ fault, at?, times? }`. What the numbers mean is checked where the fault is turned on. */
export const failSchema = z.strictObject({
  fault: z.union([
    name,
    z.discriminatedUnion('kind', [
      z.strictObject({
        kind: z.literal('status'),
        status: z.number(),
        body: z.unknown().exactOptional(),
        headers: z.record(z.string(), z.string()).exactOptional(),
      }),
      z.strictObject({ kind: z.literal('hang') }),
      z.strictObject({ kind: z.literal('latency'), ms: z.number() }),
      z.strictObject({ kind: z.literal('skew'), ms: z.number() }),
    ]),
  ]),
  at: placeSchema.exactOptional(),
  times: z.number().exactOptional(),
});

/** How far to move the clock: `{ ms }`. */
export const advanceSchema = z.strictObject({ ms: z.number() });

/** Nothing to say. */
export const emptySchema = z.strictObject({});

/**
 * Reads a body of the control endpoint.
 *
 * @param schema - What it has to be.
 * @param body - What came.
 * @throws {@link ApiFailure} 400 with the path of what is wrong.
 */
export function controlBody<T>(schema: z.ZodType<T>, body: unknown): T {
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  throw new ApiFailure(400, refusal(issuePaths(parsed.error, body), ''));
}
