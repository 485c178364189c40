import type { ExpiresAfter } from '../shared/expires-after.ts';
import { compact } from './compact.ts';

/**
 * The lifetime under its live name, with the anchor the live API insists on.
 *
 * @param asked - The lifetime of a documented request, under either of its names.
 */
export function toExpiresAfter(
  asked: { readonly seconds?: number | undefined } | undefined,
): ExpiresAfter | undefined {
  return asked === undefined
    ? undefined
    : compact<ExpiresAfter>({ anchor: 'created_at', seconds: asked.seconds });
}
