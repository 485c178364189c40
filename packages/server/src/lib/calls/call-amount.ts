/** Parts of a unit of `cost` that stores count in. */
const PARTS = 1_000_000_000;

/**
 * Converts a cost to whole billionths, so that a sum does not depend on the order of its parts and is equal in every store: exact up to
 * nine million units, and to 16 digits beyond.
 */
export function toParts(cost: number): number {
  return Math.round(cost * PARTS);
}

export function fromParts(parts: number): number {
  return parts / PARTS;
}
