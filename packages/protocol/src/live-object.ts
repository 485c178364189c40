import { z } from 'zod';
import { describeLiveCounterpart } from './live-fields.ts';

interface LiveObjectOptions {
  /** Dotted path of the object in the session: `''` for the session. Needed if Realtime has fields there that Live does not have. */
  readonly path?: string;
  /** The message for a value that is not an object. It must start with "must". */
  readonly typeMessage?: string;
}

/**
 * Creates the schema of an object of a Live session. It rejects unknown keys, with one issue for each, which names the remedy
 * if the key is a field of Realtime.
 */
export function liveObject<Shape extends z.core.$ZodLooseShape>(
  shape: Shape,
  { path: parent, typeMessage }: LiveObjectOptions = {},
): z.ZodObject<Shape, z.core.$strict> {
  const unknownKey = z.custom<never>(() => false, {
    params: { kind: 'unknown' },
    error: ({ path }) => describeUnknown(parent, path?.at(-1)),
  });
  // A catchall that accepts nothing makes an object strict.
  return z.object(shape, typeMessage).catchall(unknownKey);
}

function describeUnknown(parent: string | undefined, key: PropertyKey | undefined): string {
  if (parent === undefined || typeof key !== 'string') return UNKNOWN_PARAMETER;
  return describeLiveCounterpart(parent === '' ? key : `${parent}.${key}`) ?? UNKNOWN_PARAMETER;
}

const UNKNOWN_PARAMETER = 'unknown parameter';
