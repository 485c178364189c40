import type { Item } from './item.ts';

/** Something there is to answer to. */
export type Heard =
  | {
      /** The user wrote it. */
      readonly kind: 'text';
      /** The words. */
      readonly text: string;
    }
  | {
      /** The user said it. */
      readonly kind: 'sound';
    }
  | {
      /** A tool returned it. */
      readonly kind: 'output';
      /** What the tool returned. */
      readonly text: string;
    };

/**
 * What one item says, `undefined` when it is nobody's turn to answer it.
 *
 * @param item - The item.
 */
export function heardIn(item: Item): Heard | undefined {
  if (item.type === 'function_call_output') {
    const output = item['output'];
    return { kind: 'output', text: typeof output === 'string' ? output : '' };
  }
  if (item['role'] !== 'user' || !Array.isArray(item['content'])) return undefined;
  const parts: unknown[] = item['content'];
  return parts.map(heardInPart).find((heard) => heard !== undefined);
}

function heardInPart(part: unknown): Heard | undefined {
  if (typeof part !== 'object' || part === null) return undefined;
  if ('text' in part && typeof part.text === 'string') return { kind: 'text', text: part.text };
  return 'type' in part && part.type === 'input_audio' ? { kind: 'sound' } : undefined;
}
